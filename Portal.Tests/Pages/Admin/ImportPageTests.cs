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
    public async Task A_file_that_is_not_in_UTF_8_is_refused() => Assert.Equal(
        "The file is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.", await RefusalAsync([.. "network,label\n10.0.0.1,"u8, 0xB1, 0xE8]));

    [Fact]
    public async Task No_file_and_no_text_is_said() => Assert.Equal("Choose a file, or paste its text below.", await RefusalAsync([]));

    private async Task<string?> RefusalAsync(byte[] file)
    {
        var client = portal.ClientFrom(PortalUnderTest.Admin);
        using var form = await client.GetAsync("/admin/import", Cancelled);
        var token = (await ReadAsync(form)).QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? "";
        using var content = new MultipartFormDataContent
        {
            { new StringContent(token), "__RequestVerificationToken" },
            { new ByteArrayContent(file), "Upload", "registry.csv" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/import") { Content = content };
        request.Headers.Add("Cookie", form.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));

        using var answer = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await ReadAsync(answer);
        Assert.Equal("Upload-error Upload-hint", page.QuerySelector("#Upload")?.GetAttribute("aria-describedby"));
        return page.QuerySelector("#Upload-error")?.TextContent;
    }

    private static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer) =>
        await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Cancelled), Cancelled);
}
