using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Portal.Data;

namespace Portal.Web.Pages;

/// <summary>Nothing that was typed is lost where the database takes nothing: the form comes back as it was sent, and says so.</summary>
internal sealed class FormKeeper : IAsyncPageFilter
{
    /// <summary>The key in the view's data of what the database says, where it is told that nothing was saved.</summary>
    public const string Fault = nameof(Fault);

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var executed = await next();
        if (DatabaseFault.In(executed.Exception) is not { } fault || !HttpMethods.IsPost(context.HttpContext.Request.Method)
            || context.HandlerInstance is not (PageModel page and IFormPage { CanBeShownAgain: true }))
            return;

        DatabaseAway.Note(context.HttpContext, fault);
        executed.ExceptionHandled = true;
        page.ViewData[Fault] = fault;
        page.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        executed.Result = page.Page();
    }
}
