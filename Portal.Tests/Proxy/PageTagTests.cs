using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>The portal adds one tag to a page that a person opens, and nothing to anything else.</summary>
public sealed partial class PageTagTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    // What a browser's address bar asks for.
    private const string Browser = "text/html,application/xhtml+xml,*/*;q=0.8";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("?page")]
    [InlineData("deep/er?page")]
    [InlineData("statics?page")]
    [InlineData("?page&Content-Type=Text/HTML;charset=euc-kr")]
    [InlineData("?page&Content-Disposition=inline")]
    [InlineData("?page&Content-Security-Policy=default-src")]
    [InlineData("?page=1048576")]
    [InlineData("?page", "Sec-Fetch-Dest", "document")]
    [InlineData("?page&ETag=v1&Last-Modified=then", "If-None-Match", "v1")]
    public async Task A_page_that_is_opened_gets_one_tag_and_is_as_it_was_otherwise(string path, string? header = null, string? value = null)
    {
        var original = await BytesAsync(path, "*/*");
        using var answer = await AskAsync(HttpMethod.Get, path, Browser, (header ?? "X-Nothing", value ?? ""));
        var page = await answer.Content.ReadAsByteArrayAsync(Cancelled);

        var text = Encoding.Latin1.GetString(page);
        var tag = Assert.Single(Tag().Matches(text));
        Assert.Equal(Encoding.Latin1.GetString(original), text.Remove(tag.Index, tag.Length));
        Assert.StartsWith("</BODY \n></html>", text[(tag.Index + tag.Length)..], StringComparison.Ordinal);
        Assert.Equal(
            (HttpStatusCode.OK, page.Length.ToString(CultureInfo.InvariantCulture)),
            (answer.StatusCode, answer.Content.Headers.NonValidated["Content-Length"].ToString()));
        Assert.False(answer.Headers.Contains("ETag") || answer.Content.Headers.Contains("Last-Modified"));
        Assert.False(answer.Content.Headers.Contains("Content-Language"));
    }

    [Theory]
    [InlineData("_stcore/x?page")]
    [InlineData("component/a.b/index.html?page")]
    [InlineData("media/a.html?page")]
    [InlineData("static/index.html?page")]
    [InlineData("app/static/index.html?page")]
    [InlineData("~/+/x?page")]
    [InlineData("?page&Content-Type=text/plain")]
    [InlineData("?page&Content-Type=application/xhtml%2Bxml")]
    [InlineData("?page&Content-Type=text/html;charset=UTF-16LE")]
    [InlineData("?page&Content-Encoding=gzip")]
    [InlineData("?page&Content-Disposition=attachment;filename=\u00e4.html")]
    [InlineData("?page&status=404")]
    [InlineData("?page&status=206")]
    [InlineData("?page&chunked")]
    [InlineData("?page=1048577")]
    [InlineData("?page", "*/*")]
    [InlineData("?page", Browser, "iframe")]
    [InlineData("?page", Browser, "empty")]
    [InlineData("?page", Browser, "", "POST")]
    public async Task Whatever_else_is_answered_passes_byte_for_byte(
        string path, string accept = Browser, string destination = "", string method = "GET")
    {
        var original = await BytesAsync(path, "*/*");
        path += "&ETag=v1&Last-Modified=then";

        using var answer = await AskAsync(new HttpMethod(method), path, accept, ("Sec-Fetch-Dest", destination));

        Assert.Equal(original, await answer.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(("v1", "then"), (
            answer.Headers.NonValidated["ETag"].ToString(), answer.Content.Headers.NonValidated["Last-Modified"].ToString()));
        Assert.Equal(path.Contains("chunked", StringComparison.Ordinal), answer.Headers.TransferEncodingChunked is true);
    }

    [Fact]
    public async Task What_a_page_would_be_is_told_as_the_app_tells_it_where_only_its_head_is_asked_for()
    {
        var original = await BytesAsync("?page", "*/*");

        using var answer = await AskAsync(HttpMethod.Head, "?page&ETag=v1", Browser);

        Assert.Equal(original.Length, answer.Content.Headers.ContentLength);
        Assert.True(answer.Headers.NonValidated.Contains("ETag"));
    }

    [Fact]
    public async Task The_app_is_asked_for_an_opened_page_whole_and_plain_and_for_the_rest_as_the_client_asks()
    {
        (string, string)[] headers = [("Accept-Encoding", "gzip"), ("If-None-Match", "v1"), ("If-Modified-Since", "then"), ("X-Own", "1")];

        using var opened = await AskAsync(HttpMethod.Get, "echo", Browser, headers);
        using var loaded = await AskAsync(HttpMethod.Get, "echo", "*/*", headers);
        using var unchanged = await AskAsync(HttpMethod.Get, "?page&ETag=v1", "*/*", headers);

        var (whole, plain) = (await opened.HeadersToldAsync(), await loaded.HeadersToldAsync());
        Assert.Equal(("", "", "", "1"), (whole["Accept-Encoding"], whole["If-None-Match"], whole["If-Modified-Since"], whole["X-Own"]));
        Assert.Equal(("gzip", "v1", "then", "1"), (plain["Accept-Encoding"], plain["If-None-Match"], plain["If-Modified-Since"], plain["X-Own"]));
        Assert.Equal(PortalUnderTest.User, whole["X-Portal-Client"]);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("Accept-Language", "en", "Keep working", "nobody used it for a while")]
    [InlineData("Accept-Language", "ko-KR,ko;q=0.9,en;q=0.8", "계속 작업", "한동안 사용하지 않아 앱이 중지되었습니다")]
    [InlineData("Cookie", "portal-culture=c%3Dko%7Cuic%3Dko", "계속 작업", "한동안 사용하지 않아 앱이 중지되었습니다")]
    public async Task The_tag_has_the_words_of_the_screens_in_ascii(string header, string value, string keep, string stopped)
    {
        using var answer = await AskAsync(HttpMethod.Get, "?page", Browser, (header, value));
        var tag = Tag().Match(Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync(Cancelled))).Value;

        Assert.All(tag, character => Assert.InRange(character, ' ', '~'));
        var words = WebUtility.HtmlDecode(tag);
        Assert.Contains($"data-keep=\"{keep}\"", words, StringComparison.Ordinal);
        Assert.Contains(stopped, words, StringComparison.Ordinal);
        Assert.Contains("data-ask=\"/notice/stub?language=", words, StringComparison.Ordinal);
        Assert.Contains("data-before=\"120\"", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_is_kept_by_browsers_and_not_for_strangers()
    {
        using var answer = await AskAsync(HttpMethod.Get, "?page", Browser);
        var source = Source().Match(await answer.Content.ReadAsStringAsync(Cancelled)).Groups["source"].Value;

        using var script = await portal.ClientFrom(PortalUnderTest.User).GetAsync(new Uri(source, UriKind.Relative), Cancelled);
        using var refused = await portal.ClientFrom(PortalUnderTest.Stranger).GetAsync(new Uri(source, UriKind.Relative), Cancelled);

        Assert.Equal((HttpStatusCode.OK, "text/javascript"), (script.StatusCode, script.Content.Headers.ContentType?.MediaType));
        Assert.Contains("immutable", script.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_page_that_the_app_breaks_off_is_not_shown_in_half()
    {
        var asking = AskAsync(HttpMethod.Get, "half?Content-Type=text/html", Browser);
        await portal.ClientFrom(PortalUnderTest.User).GoAsync("half");

        using var answer = await asking;

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Fact]
    public async Task Nothing_is_added_where_it_is_switched_off()
    {
        await using var silent = await PortalUnderTest.StartAsync(test => test.Settings["Portal:Proxy:PageTag"] = "false");
        var original = await BytesAsync("?page", "*/*");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/app/stub/?page&ETag=v1");
        request.Headers.TryAddWithoutValidation("Accept", Browser);
        using var answer = await silent.ClientFrom(PortalUnderTest.User).SendAsync(request, Cancelled);

        Assert.Equal(original, await answer.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.True(answer.Headers.NonValidated.Contains("ETag"));
    }

    private async Task<byte[]> BytesAsync(string path, string accept)
    {
        using var answer = await AskAsync(HttpMethod.Get, path, accept);
        return await answer.Content.ReadAsByteArrayAsync(Cancelled);
    }

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, string accept, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, "/app/stub/" + path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in headers.Where(header => header.Value.Length > 0))
            request.Headers.TryAddWithoutValidation(name, value);
        return await portal.ClientFrom(PortalUnderTest.User).SendAsync(request, Cancelled);
    }

    [GeneratedRegex("<script [^>]*src=\"/js/[^>]*></script>", RegexOptions.None, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("src=\"(?<source>/js/[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Source();
}
