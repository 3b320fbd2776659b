using System.Text;

namespace Portal.Data;

/// <summary>
/// Reads the text of a file in the encodings that spreadsheets save: UTF-8, UTF-16 with its byte order mark, and CP949, which Korean
/// Windows writes. What fits none of them is refused whole: a character that was replaced is a name that was lost.
/// </summary>
public static class FileText
{
    private const int KoreanCodePage = 949;

    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Utf16 = new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);
    private static readonly Encoding Utf16BigEndian = new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    // In no list of the framework until it is asked for by its provider.
    private static readonly Encoding Korean = CodePagesEncodingProvider.Instance.GetEncoding(
        KoreanCodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
        ?? throw new PlatformNotSupportedException("The framework has no code page 949.");

    /// <summary>The text without its byte order mark, and the name of its encoding; null where it is in none of these.</summary>
    public static (string Text, string Encoding)? Read(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xFE, 0, 0, ..] => null, // UTF-32
        [0xFF, 0xFE, .. var rest] => Decode(rest, Utf16, "UTF-16"),
        [0xFE, 0xFF, .. var rest] => Decode(rest, Utf16BigEndian, "UTF-16"),
        [0xEF, 0xBB, 0xBF, .. var rest] => Decode(rest, Utf8, "UTF-8"),
        _ => Decode(file, Utf8, "UTF-8") ?? Decode(file, Korean, "CP949"),
    };

    /// <summary>What no spreadsheet writes: the code page gives bytes that stand for nothing to private use, and NUL is half of another encoding.</summary>
    private static bool IsNoText(char letter) => letter is '\0' or (>= '\u0080' and <= '\u009F') or (>= '\uE000' and <= '\uF8FF');

    private static (string Text, string Encoding)? Decode(ReadOnlySpan<byte> bytes, Encoding encoding, string name)
    {
        try
        {
            var text = encoding.GetString(bytes);
            return text.Any(IsNoText) ? null : (text, name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
