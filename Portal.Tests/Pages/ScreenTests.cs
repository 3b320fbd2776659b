using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Portal.Web.Access;
using Portal.Web.Pages;
using Xunit;

namespace Portal.Tests.Pages;

/// <summary>The pages that need neither registry nor apps, and what holds for all.</summary>
public sealed class ScreenTests : IAsyncLifetime
{
    private TinyHost _host = new(_ => { }, _ => { });

    public async ValueTask InitializeAsync()
    {
        _host = new TinyHost(
            services =>
            {
                services.AddScreens();
                services.Configure<ScreensOptions>(screens => screens.Title = "My <portal>");
                services.AddAuthorizationBuilder()
                    .AddPolicy(AccessSetup.AdminPolicy, policy => policy.RequireAssertion(_ => true))
                    .AddPolicy(AccessSetup.VisitorPolicy, policy => policy.RequireAssertion(_ => true));
            },
            app =>
            {
                app.UseScreens();
                app.Use(TinyHost.KnowClients);
                app.UseRouting();
                app.UseAuthorization();
                app.MapGet("/app/{slug}/", () => CultureInfo.CurrentUICulture.Name);
                app.MapGet("/throws", new Func<string>(() => throw new InvalidOperationException("secret detail")));
                app.MapScreens();
            });
        await _host.StartAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("en-GB,en;q=0.9", "en", "You are not a registered user. Please contact an administrator.")]
    [InlineData("ko-KR,ko;q=0.9", "ko", "등록되지 않은 사용자입니다. 관리자에게 문의하세요.")]
    [InlineData("fr", "en", "🚫 Access restricted 🚫")]
    [InlineData("ko", "ko", "🚫 접근 제한 🚫")]
    public async Task A_stranger_is_refused_in_their_language_and_told_their_address(string accept, string language, string words)
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, "/unauthorized/", page: true, registered: false, "Accept-Language", accept);

        var text = await TextOf(answer);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Contains($"<html lang=\"{language}\">", text, StringComparison.Ordinal);
        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Contains("<code>127.0.0.1</code>", text, StringComparison.Ordinal);
        Assert.Contains("My <portal>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_that_refuses_sends_a_registered_client_home()
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, "/unauthorized/", page: true);

        Assert.Equal("/", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/unauthorized/?culture=ko", "/unauthorized/")]
    [InlineData("/unauthorized/?a=b&culture=en&c=%26", "/unauthorized/?a=b&c=%26")]
    public async Task A_language_that_was_chosen_is_remembered(string link, string address)
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, link, page: true, registered: false);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(address, answer.Headers.Location?.OriginalString);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remembered_language_counts_more_than_the_browsers()
    {
        using var answer = await _host.AskAsync(
            HttpMethod.Get, "/unauthorized/", page: true, registered: false, "Cookie", "portal-culture=c%3Dko%7Cuic%3Dko");

        Assert.Contains("lang=\"ko\"", await TextOf(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/unauthorized/?culture=fr")]
    [InlineData("/unauthorized/?culture=")]
    public async Task A_language_that_the_portal_does_not_speak_changes_nothing(string link)
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, link, page: true, registered: false);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_switch_of_language_never_leads_to_another_host()
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, "//elsewhere.example/?culture=ko", page: true);

        Assert.Equal("/elsewhere.example/", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task What_an_app_is_asked_is_none_of_the_language_switch()
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, "/app/planner/?culture=ko", page: true, header: "Accept-Language", value: "ko");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.DoesNotContain("ko", await TextOf(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_broke_has_a_number_and_no_detail()
    {
        using var answer = await _host.AskAsync(HttpMethod.Get, "/throws", page: true);

        var text = await TextOf(answer);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("Something went wrong", text, StringComparison.Ordinal);
        Assert.Matches("<code>\\S+</code>", text);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/unauthorized/", false, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/unauthorized/", false, HttpStatusCode.Forbidden)]
    [InlineData("PUT", "/unauthorized/", true, HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/status", true, HttpStatusCode.NotFound)]
    [InlineData("POST", "/?handler=Stop&app=planner", true, HttpStatusCode.BadRequest)]
    public async Task What_a_page_does_not_answer_is_refused(string method, string path, bool registered, HttpStatusCode code)
    {
        using var answer = await _host.AskAsync(new HttpMethod(method), path, page: true, registered);

        Assert.Equal(code, answer.StatusCode);
    }

    private static async Task<string> TextOf(HttpResponseMessage answer) =>
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
}
