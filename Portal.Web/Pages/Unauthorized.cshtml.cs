using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Portal.Web.Access;

namespace Portal.Web.Pages;

/// <summary>What a stranger sees; anybody else is sent to what they had asked for, or home.</summary>
[IgnoreAntiforgeryToken]
internal sealed class UnauthorizedModel : PageModel
{
    private const string Ended = "ended";

    /// <summary>For somebody whose access has just ended.</summary>
    public const string EndedPath = $"{AccessHandler.UnauthorizedPath}?{Ended}";

    /// <summary>Whether an app that was open sends them here. Says nothing of any registration: anybody can type it.</summary>
    public bool HasEnded => Request.Query.ContainsKey(Ended);

    /// <summary>The address to register, if they shall be let in.</summary>
    public IPAddress? Address =>
        HttpContext.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4()
            : HttpContext.Connection.RemoteIpAddress;

    public IActionResult OnGet()
    {
        if (HttpContext.FindClient() is not null) return LocalRedirect(DeepLink.Take(HttpContext));

        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }
}
