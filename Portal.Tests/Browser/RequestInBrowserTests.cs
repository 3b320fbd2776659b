using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A stranger asks for access, an admin decides.</summary>
public sealed class RequestInBrowserTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task Who_is_approved_goes_on_to_home_by_itself()
    {
        var visitor = await BrowseFromAsync("127.0.7.1");
        await AskAsync(visitor, "Kim <b>", "Night shift");
        await Assertions.Expect(visitor.GetByText("Your request was sent")).ToBeVisibleAsync();

        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Requests" }).ClickAsync();
        await admin.GetByRole(AriaRole.Link, new() { Name = "Decide Kim <b> 127.0.7.1" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("Night shift")).ToBeVisibleAsync();
        await Assertions.Expect(admin.GetByLabel("Label")).ToHaveValueAsync("Kim <b>");

        await admin.GetByLabel("Port").FillAsync("80");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(admin.GetByLabel("Port")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.GetByLabel("Port").FillAsync("");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("Kim <b> is registered and can come in.")).ToBeVisibleAsync();

        await Assertions.Expect(visitor.GetByRole(AriaRole.Heading, new() { Name = "User page" })).ToBeVisibleAsync(new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task Who_opened_a_link_into_an_app_gets_to_it_once_approved()
    {
        var visitor = await BrowseFromAsync("127.0.7.4");
        await visitor.GotoAsync("/app/quick/?f=%EA%B0%80&n=1");
        await Assertions.Expect(visitor.GetByRole(AriaRole.Link, new() { Name = "Ask for access" })).ToBeVisibleAsync();
        Assert.DoesNotContain("quick", visitor.Url, StringComparison.Ordinal);
        var cookie = Assert.Single(await visitor.Context.CookiesAsync([$"{visitor.Url}"]), one => one.Name is "portal-target");
        Assert.Equal(("/unauthorized", true, SameSiteAttribute.Lax), (cookie.Path, cookie.HttpOnly, cookie.SameSite));
        await visitor.GetByRole(AriaRole.Link, new() { Name = "Ask for access" }).ClickAsync();
        await visitor.GetByLabel("Name").FillAsync("Choi");
        await visitor.GetByLabel("Reason").FillAsync("A link from a colleague");
        await visitor.GetByRole(AriaRole.Button, new() { Name = "Send the request" }).ClickAsync();
        await Assertions.Expect(visitor.GetByText("Your request was sent")).ToBeVisibleAsync();

        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/requests");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Decide Choi 127.0.7.4" }).ClickAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Assertions.Expect(visitor).ToHaveURLAsync(new Regex("/app/quick/[?]f=%EA%B0%80&n=1$"), new() { Timeout = 20_000 });
        Assert.DoesNotContain(await visitor.Context.CookiesAsync(), one => one.Name is "portal-target");
    }

    [Fact]
    public async Task Who_is_declined_reads_why_and_the_second_admin_is_told()
    {
        var visitor = await BrowseFromAsync("127.0.7.2", new() { Locale = "ko-KR" });
        await visitor.GotoAsync("/");
        await visitor.GetByRole(AriaRole.Link, new() { Name = "접근 요청하기" }).ClickAsync();
        await visitor.GetByLabel("이름").FillAsync("이영희");
        await visitor.GetByLabel("사유").FillAsync("야간 근무");
        await visitor.GetByRole(AriaRole.Button, new() { Name = "요청 보내기" }).ClickAsync();
        await Assertions.Expect(visitor.GetByText("요청을 보냈습니다.")).ToBeVisibleAsync();

        var (first, second) = (await BrowseFromAsync(PortalUnderTest.Admin), await BrowseFromAsync(PortalUnderTest.Admin));
        foreach (var admin in new[] { first, second })
        {
            await admin.GotoAsync("/admin/requests");
            await admin.GetByRole(AriaRole.Link, new() { Name = "Decide 이영희" }).ClickAsync();
        }

        await first.GetByLabel("A word for them").FillAsync("Use the other desk <b>");
        await first.GetByRole(AriaRole.Button, new() { Name = "Decline" }).First.ClickAsync();
        await first.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Decline" }).ClickAsync();
        await Assertions.Expect(first.GetByText("The request of 이영희 was declined.")).ToBeVisibleAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Assertions.Expect(second.GetByText("has decided about this request already")).ToBeVisibleAsync();

        await Assertions.Expect(visitor.GetByText("요청이 거절되었습니다.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(visitor.GetByText("Use the other desk <b>")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.GetByRole(AriaRole.Button, new() { Name = "요청 보내기" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_scripts_the_page_that_waits_comes_anew()
    {
        var visitor = await BrowseFromAsync("127.0.7.3", new() { JavaScriptEnabled = false });
        await AskAsync(visitor, "Park", "Field work");

        await Assertions.Expect(visitor.GetByText("Your request was sent")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Locator("meta[http-equiv=refresh]")).ToHaveCountAsync(1);
    }

    private static async Task AskAsync(IPage visitor, string name, string reason)
    {
        await visitor.GotoAsync("/");
        await visitor.GetByRole(AriaRole.Link, new() { Name = "Ask for access" }).ClickAsync();
        await visitor.GetByLabel("Name").FillAsync(name);
        await visitor.GetByLabel("Reason").FillAsync(reason);
        await visitor.GetByRole(AriaRole.Button, new() { Name = "Send the request" }).ClickAsync();
    }
}
