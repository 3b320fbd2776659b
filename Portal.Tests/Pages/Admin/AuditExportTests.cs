using System.Net;
using System.Text;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Pages.Admin;

/// <summary>The record as a file, of what the page's filter finds.</summary>
public sealed class AuditExportTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_filter_finds_comes_as_a_file_without_formulas()
    {
        await portal.AddAsync(new RegisteredIpDraft("127.0.8.1", Role.User, Label: "한글, \"quoted\""));
        await portal.Service<AuditStore>().AddAsync(
            [new AuditEntry { At = portal.Service<TimeProvider>().GetUtcNow().AddDays(-1), Action = AuditAction.AppStopped, Actor = "=1+1", Subject = "127.0.8.1", Detail = "@x" }], Cancelled);
        var admin = portal.ClientFrom(PortalUnderTest.Admin);

        var page = await admin.GetStringAsync("/admin/audit?search=127.0.8.1", Cancelled);
        Assert.Contains("href=\"/admin/audit?search=127.0.8.1&amp;handler=Export\"", page, StringComparison.Ordinal);
        using var file = await admin.GetAsync("/admin/audit?search=127.0.8.1&handler=Export", Cancelled);

        Assert.Equal("text/csv; charset=utf-8", file.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment; filename=record.csv", file.Content.Headers.ContentDisposition?.ToString());
        var lines = Encoding.UTF8.GetString(await file.Content.ReadAsByteArrayAsync(Cancelled)).Split("\r\n");
        Assert.Equal("\uFEFFid,at,action,actor,address,through,subject,before,after,detail,count", lines[0]);
        Assert.Contains("RegistrationAdded,test,,,127.0.8.1,,", lines[1], StringComparison.Ordinal);
        Assert.Contains("한글, ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("Z,AppStopped,'=1+1,,,127.0.8.1,,,'@x,1", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Users_do_not_get_it()
    {
        using var refused = await portal.ClientFrom(PortalUnderTest.User).GetAsync("/admin/audit?handler=Export", Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}
