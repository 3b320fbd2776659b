using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Portal.Web.Pages;
using Xunit;

namespace Portal.Tests.Pages;

/// <summary>The translator between the portal and whoever asks, with endpoints that fail in every way.</summary>
public sealed class StatusScreensTests : IAsyncLifetime
{
    private TinyHost _host = new(_ => { }, _ => { });

    public async ValueTask InitializeAsync()
    {
        _host = new TinyHost(_ => { }, app =>
        {
            app.UseStatusScreens();
            app.Use(TinyHost.KnowClients);
            app.UseRouting();
            app.MapMethods("/bare/{code:int}", ["GET", "HEAD", "POST", "PUT"], (int code) => Results.StatusCode(code));
            app.MapMethods("/app/{slug}/{code:int}", ["GET", "POST"], (int code) => Results.StatusCode(code));
            app.MapGet("/throws", new Func<string>(() => throw new InvalidOperationException("secret detail")));
            app.MapGet("/app/{slug}/own", (HttpContext http) =>
            {
                // As the proxy does while it forwards.
                if (http.Features.Get<IStatusCodePagesFeature>() is { } screens) screens.Enabled = false;
                http.Response.StatusCode = 502;
            });
            app.MapGet("/status", (HttpContext http) => http.Request.Headers.ContainsKey("X-Broken")
                ? throw new InvalidOperationException("the page is broken too")
                : Page(http, "status"));
            app.MapGet("/launching/{slug}", (HttpContext http, string slug) => Page(http, $"launching {slug}"));
        });
        await _host.StartAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/bare/400", 400, "status of GET /bare/400?a=b")]
    [InlineData("/bare/403", 403, "status of GET /bare/403?a=b")]
    [InlineData("/nowhere", 404, "status of GET /nowhere?a=b")]
    [InlineData("/throws", 500, "status of GET /throws?a=b")]
    [InlineData("/bare/503", 503, "status of GET /bare/503?a=b")]
    [InlineData("/app/planner/404", 404, "status of GET /app/planner/404?a=b")]
    [InlineData("/app/planner/502", 502, "launching planner of GET /app/planner/502?a=b")]
    [InlineData("/app/planner/503", 503, "launching planner of GET /app/planner/503?a=b")]
    public async Task A_person_gets_a_page_that_knows_what_was_asked(string path, int code, string page)
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, path + "?a=b", page: true);

        Assert.Equal(code, (int)answer.StatusCode);
        Assert.Equal(page, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_form_that_failed_is_answered_with_a_page()
    {
        using var form = new FormUrlEncodedContent([new("a", "b")]);
        using var answer = await _host.AskAsync(HttpMethod.Post, "/bare/400", page: true, content: form);

        Assert.Equal("status of GET /bare/400", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET", "/app/planner/503", false, true)]
    [InlineData("PUT", "/bare/403", true, true)]
    [InlineData("POST", "/bare/400", true, true)]
    [InlineData("POST", "/bare/403", true, false)]
    [InlineData("GET", "/throws", false, true)]
    public async Task A_program_gets_a_problem(string method, string path, bool page, bool registered)
    {
        using var answer = await _host.AskAsync(new HttpMethod(method), path, page, registered);

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString() ?? "");
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_of_an_app_is_its_own()
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, "/app/planner/own", page: true);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_page_that_breaks_leaves_a_plain_text_and_the_status()
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, "/bare/403", page: true, header: "X-Broken");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("403 Forbidden", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_for_the_head_of_a_page_has_its_status()
    {
        using var answer = await _host.AskAsync(HttpMethod.Head, "/bare/404", page: true);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static IResult Page(HttpContext http, string name)
    {
        var original = http.Features.GetRequiredFeature<IStatusCodeReExecuteFeature>();
        return Results.Content(
            $"{name} of {http.Request.Method} {original.OriginalPath}{original.OriginalQueryString}", "text/html", null, http.Response.StatusCode);
    }
}
