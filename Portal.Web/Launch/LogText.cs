using System.Text;

namespace Portal.Web.Launch;

/// <summary>
/// What an app wrote, as text that can be shown: colours and other orders to a terminal are left out, what would be invisible
/// or turn the order of the letters round is shown as �, and no line is longer than <see cref="LongestLine"/>.
/// </summary>
internal static class LogText
{
    /// <summary>Characters; what is more is told by …</summary>
    public const int LongestLine = 2000;

    private const char Escape = '\u001b', Unknown = '\ufffd';

    /// <summary>Any bytes, taken for UTF-8.</summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        var raw = Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(raw.Length);
        var inLine = 0;
        for (var at = 0; at < raw.Length; at++)
        {
            var character = raw[at];
            if (character is Escape)
            {
                at = EndOfOrder(raw, at);
            }
            else if (character is '\n')
            {
                text.Append('\n');
                inLine = 0;
            }
            else if (character is not '\r' && ++inLine <= LongestLine)
            {
                // The last place has no room for half a letter.
                var isHalf = inLine is LongestLine && char.IsHighSurrogate(character);
                text.Append(IsHarmless(character) && !isHalf ? character : Unknown);
            }
            else if (character is not '\r' && inLine is LongestLine + 1)
            {
                text.Append('…');
            }
        }

        return text.ToString();
    }

    /// <summary>The place of the last character of an order to a terminal; see ECMA-48, 5.4 and 5.6.</summary>
    private static int EndOfOrder(string text, int at)
    {
        if (at + 1 >= text.Length) return at;
        if (text[at + 1] is not '[') return text[at + 1] is >= ' ' and <= '~' ? at + 1 : at;
        for (at += 2; at < text.Length && text[at] is >= ' ' and < '@'; at++)
        {
            // Its parameters.
        }

        return at < text.Length && text[at] is < '@' or > '~' ? at - 1 : at;
    }

    private static bool IsHarmless(char character) => character is '\t'
        || (!char.IsControl(character)
            && character is not ('\u061c' or '\u200e' or '\u200f' or '\u2028' or '\u2029' or '\ufeff' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')));
}
