using System.Globalization;

namespace Portal.Web.Launch.Ports;

/// <summary>The ports that instances may be given, both ends included.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    public const int Lowest = 1024;
    public const int Highest = 65535;

    public int Count => Last - First + 1;

    /// <summary>Reads <c>8501-8999</c>, or <c>8501</c> alone.</summary>
    public static bool TryParse(string? text, out PortRange range)
    {
        var ends = (text ?? "").Split('-', 2, StringSplitOptions.TrimEntries);
        range = default;
        if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || first < Lowest || last > Highest || first > last)
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }
}
