using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Web;

/// <summary>Reads and writes amounts of bytes as people do: <c>512MB</c>, <c>2GB</c>. A kilobyte has 1024 bytes, as for systemd.</summary>
internal static partial class ByteSize
{
    private const string Prefixes = "KMGT";
    private const int Kilo = 1024;

    /// <summary>Reads a number and a unit: <c>B</c>, <c>KB</c>, <c>MB</c>, <c>GB</c>, <c>TB</c>, also as <c>K</c> or <c>KiB</c>.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (Form.Match(text.Trim()) is not { Success: true } match)
            return false;
        var size = decimal.Parse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        var prefix = match.Groups["prefix"].Value;
        for (var i = Prefixes.IndexOf(prefix, StringComparison.OrdinalIgnoreCase); prefix.Length > 0 && i >= 0; i--)
            size *= Kilo;
        if (size > long.MaxValue)
            return false;
        bytes = (long)size;
        return true;
    }

    /// <summary>Returns the shortest text without a fraction: <c>210MB</c>, <c>4097B</c>.</summary>
    public static string Format(long bytes)
    {
        var unit = -1;
        while (bytes is not 0 && bytes % Kilo is 0 && unit + 1 < Prefixes.Length)
            (bytes, unit) = (bytes / Kilo, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{(unit < 0 ? "" : Prefixes[unit])}B");
    }

    [GeneratedRegex(@"\A(?<number>[0-9]{1,12}(?:\.[0-9]{1,9})?) ?(?:(?<prefix>[KMGT])(?:i?B)?|B)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form { get; }
}
