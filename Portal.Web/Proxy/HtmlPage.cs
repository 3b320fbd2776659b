using System.Net;
using System.Text;

namespace Portal.Web.Proxy;

/// <summary>A page of an app, as the bytes that the app sent: what is added to it is ASCII, so nothing is ever decoded.</summary>
internal static class HtmlPage
{
    /// <summary>The largest page that is held in memory, in bytes. Streamlit's own has some thousands.</summary>
    public const long MostBytes = 1024 * 1024;

    /// <summary>
    /// True for a page to be shown that is as long as it says. An answer that does not say may be a stream without end.
    /// </summary>
    public static bool IsIn(HttpResponseMessage answer)
    {
        var type = Header(answer, "Content-Type");
        return answer is { StatusCode: HttpStatusCode.OK, Content.Headers.ContentLength: > 0 and <= MostBytes }
            && type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
            && !type.Contains("utf-16", StringComparison.OrdinalIgnoreCase)
            && Header(answer, "Content-Encoding") is ""
            && !Header(answer, "Content-Disposition").StartsWith("attachment", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The page with the tag before the end of its body; of the document, where that is not marked.</summary>
    public static byte[] With(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> page)
    {
        var end = EndOf("body"u8, page) ?? EndOf("html"u8, page) ?? page.Length;
        return [.. page[..end], .. tag, .. page[end..]];
    }

    /// <summary>Where the last end tag of that name begins: an earlier one may be a text in a script.</summary>
    private static int? EndOf(ReadOnlySpan<byte> element, ReadOnlySpan<byte> page)
    {
        var at = page.Length;
        while ((at = page[..at].LastIndexOf("</"u8)) >= 0)
        {
            var name = page[(at + 2)..];
            if (name.Length > element.Length && Ascii.EqualsIgnoreCase(name[..element.Length], element)
                && name[element.Length] is (byte)'>' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                return at;
            }
        }

        return null;
    }

    // As it was sent: what cannot be parsed would be taken for missing.
    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";
}
