using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;
using Portal.Web.Access;

namespace Portal.Web.Pages;

/// <summary>
/// What holds for every page of the portal's own, and for nothing that is forwarded: it is not cached, it is in the
/// reader's language, and a method that it has no handler for is refused instead of rendered.
/// </summary>
internal sealed class ScreenFilter(IOptions<RequestLocalizationOptions> languages, ILoggerFactory loggers)
    : IAsyncResourceFilter, IPageFilter
{
    public Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        DoNotStore(context.HttpContext.Response);
        if (Languages.Remember(context.HttpContext) is { } address)
        {
            context.Result = new LocalRedirectResult(address);
            return Task.CompletedTask;
        }

        return new RequestLocalizationMiddleware(async _ => await next(), languages, loggers).Invoke(context.HttpContext);
    }

    // At the last moment: antiforgery, which says the same and more on pages with forms, warns of whoever was first.
    private static void DoNotStore(HttpResponse response) => response.OnStarting(() =>
    {
        if (response.Headers.CacheControl.Count is 0) response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod is null)
            context.Result = new StatusCodeResult(context.HttpContext.FindClient() is null ? 403 : 405);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
