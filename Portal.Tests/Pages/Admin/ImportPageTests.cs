using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Xunit;

namespace Portal.Tests.Pages.Admin;

/// <summary>What is no file to import is refused beside its field.</summary>
public sealed class ImportPageTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_of_more_than_10_MB_is_refused() => Assert.Equal(
        "The file is larger than 10 MB. Divide it.", await RefusalAsync(Encoding.UTF8.GetBytes("network\n" + new string('x', 10 * 1024 * 1024))));

    [Fact]
    public async Task A_file_that_cannot_be_decoded_is_refused_and_nothing_typed_is_lost()
    {
        var page = await SendAsync([.. "network,label\n10.0.0.1,"u8, 0xFF, 0x80], "network\n10.0.0.7");

        Assert.Equal(
            "The characters of this file cannot be read, so nothing was imported. In a spreadsheet, save it as “CSV UTF-8”.",
            page.QuerySelector("#Upload-error")?.TextContent);
        Assert.Equal("network\n10.0.0.7", (page.QuerySelector("#Pasted") as IHtmlTextAreaElement)?.Value.Trim());
    }

    [Fact]
    public async Task A_file_of_a_Korean_spreadsheet_is_read_and_its_encoding_named()
    {
        var page = await SendAsync([.. "network,label,role\n10.0.0.1,"u8, 0xB1, 0xE8, .. ",owner\n10.0.0.2,,owner\n"u8], "");

        Assert.Contains("The file was read as CP949.", page.Body?.TextContent, StringComparison.Ordinal);
        Assert.Equal("2 lines", Assert.Single(page.QuerySelectorAll("tbody th")).TextContent.Trim());
        Assert.Contains("“owner”", page.QuerySelector(".details")?.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_and_no_text_is_said() => Assert.Equal("Choose a file, or paste its text below.", await RefusalAsync([]));

    private async Task<string?> RefusalAsync(byte[] file)
    {
        var page = await SendAsync(file, "");
        Assert.Equal("Upload-error Upload-hint", page.QuerySelector("#Upload")?.GetAttribute("aria-describedby"));
        return page.QuerySelector("#Upload-error")?.TextContent;
    }

    private async Task<IHtmlDocument> SendAsync(byte[] file, string pasted)
    {
        var client = portal.ClientFrom(PortalUnderTest.Admin);
        using var form = await client.GetAsync("/admin/import", Cancelled);
        var token = (await ReadAsync(form)).QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? "";
        using var content = new MultipartFormDataContent
        {
            { new StringContent(token), "__RequestVerificationToken" },
            { new StringContent(pasted), "Pasted" },
            { new ByteArrayContent(file), "Upload", "registry.csv" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/import") { Content = content };
        request.Headers.Add("Cookie", form.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));

        using var answer = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await ReadAsync(answer);
    }

    private static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer) =>
        await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Cancelled), Cancelled);
}
