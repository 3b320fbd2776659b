using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Web;

/// <summary>Reads and writes lengths of time as people do: <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>1d</c>.</summary>
internal static partial class Duration
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("min", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Reads numbers with a unit each: <c>ms</c>, <c>s</c>, <c>m</c> or <c>min</c>, <c>h</c>, <c>d</c>.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (Form.Match(text.Trim()) is not { Success: true } match)
            return false;
        var ticks = 0m;
        foreach (var (number, unit) in match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures))
        {
            var length = Units.First(one => one.Unit.Equals(unit.Value, StringComparison.OrdinalIgnoreCase)).Length;
            ticks += decimal.Parse(number.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * length.Ticks;
        }

        if (ticks > TimeSpan.MaxValue.Ticks)
            return false;
        duration = new TimeSpan((long)ticks);
        return true;
    }

    /// <summary>Returns the shortest text that <see cref="TryParse"/> reads as the same; <c>0s</c> for none.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            return duration.ToString("c");
        (int Count, string Unit)[] parts =
            [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s")];
        var text = string.Concat(parts.Where(part => part.Count > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Unit}")));
        var rest = (decimal)(duration.Ticks % TimeSpan.TicksPerSecond) / TimeSpan.TicksPerMillisecond;
        return rest > 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}{rest:0.####}ms")
            : text.Length > 0 ? text
            : "0s";
    }

    // Numbers short enough that no sum of them is beyond a decimal.
    [GeneratedRegex(@"\A(?:(?<number>[0-9]{1,12}(?:\.[0-9]{1,9})?) ?(?<unit>ms|s|min|m|h|d) ?){1,6}\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form { get; }
}
