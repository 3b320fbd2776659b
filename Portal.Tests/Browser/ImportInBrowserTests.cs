using Microsoft.Playwright;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>An admin takes the registry out and brings it back.</summary>
public sealed class ImportInBrowserTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task A_file_is_shown_first_and_imported_as_a_whole()
    {
        await Portal.AddAsync(new RegisteredIpDraft("10.88.0.1", Role.User, Label: "Kim"));
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Import" }).ClickAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("Choose a file, or paste its text below.")).ToBeVisibleAsync();

        await admin.GetByLabel("File: CSV or settings.py").SetInputFilesAsync(new FilePayload
        {
            Name = "registry.csv",
            MimeType = "text/csv",
            Buffer = "network,label,notes\n10.88.0.1,김,\"two\nlines\"\n10.88.0.2,<b>Lee</b>,\n"u8.ToArray(),
        });
        await admin.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("New: 1. Changed: 1. Unchanged: 0. Refused: 0.")).ToBeVisibleAsync();
        await Assertions.Expect(admin.GetByText("<b>Lee</b>")).ToBeVisibleAsync();
        Assert.Null(await Portal.Service<RegisteredIpStore>().ResolveAsync(System.Net.IPAddress.Parse("10.88.0.2"), Cancelled));

        await admin.GetByRole(AriaRole.Button, new() { Name = "Import all of it" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("Imported. New: 1, changed: 1.")).ToBeVisibleAsync();
        var row = await Portal.Service<RegisteredIpStore>().ResolveAsync(System.Net.IPAddress.Parse("10.88.0.1"), Cancelled);
        Assert.Equal(("김", "two\nlines"), (row?.Label, row?.Notes));
    }

    [Fact]
    public async Task What_is_refused_is_told_line_by_line_and_nothing_can_be_imported()
    {
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/import");
        await admin.GetByLabel("Or its text").FillAsync("network,port\n10.88.1.1,80\n10.88.1.2,\n");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();

        var refused = admin.GetByRole(AriaRole.Row).Filter(new() { HasText = "10.88.1.1" });
        await Assertions.Expect(refused).ToContainTextAsync("Port: “80”: Enter a number from 1024 to 65535");
        await Assertions.Expect(admin.GetByRole(AriaRole.Button, new() { Name = "Import all of it" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task When_somebody_else_was_faster_the_new_plan_is_shown()
    {
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/import");
        await admin.GetByLabel("Or its text").FillAsync("network,label\n10.88.2.1,mine\n");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Portal.AddAsync(new RegisteredIpDraft("10.88.2.1", Role.User, Label: "theirs"));
        await admin.GetByRole(AriaRole.Button, new() { Name = "Import all of it" }).ClickAsync();

        await Assertions.Expect(admin.GetByRole(AriaRole.Alert)).ToContainTextAsync("the registry has changed in the meantime");
        await Assertions.Expect(admin.GetByRole(AriaRole.Row).Filter(new() { HasText = "10.88.2.1" })).ToContainTextAsync("theirs → mine");
    }

    [Fact]
    public async Task The_list_is_exported_as_it_is_filtered()
    {
        await Portal.AddAsync(new RegisteredIpDraft("10.88.3.1", Role.User, Label: "=1+1", Enabled: false));
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/?search=10.88.3&state=Disabled");

        var download = await admin.RunAndWaitForDownloadAsync(() => admin.GetByRole(AriaRole.Link, new() { Name = "Export" }).ClickAsync());

        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        Assert.Equal(
            "network,role,port,label,notes,enabled,expires\r\n10.88.3.1,user,,'=1+1,,false,\r\n", await reader.ReadToEndAsync(Cancelled));
        Assert.Equal("registry.csv", download.SuggestedFilename);
    }
}
