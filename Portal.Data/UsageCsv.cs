using System.Globalization;
using System.Text;

namespace Portal.Data;

/// <summary>Usage as a comma-separated file: a line of column names, then a line for each day, client and app.</summary>
public static class UsageCsv
{
    private static readonly string[] Columns = ["day", "zone", "client", "label", "app", "launches", "active_seconds", "peak_memory_bytes"];

    /// <param name="labelOf">The label of a client; empty where there is none.</param>
    /// <param name="zone">The time zone of the days.</param>
    public static string Write(IEnumerable<AppUsage> rows, Func<string, string> labelOf, string zone)
    {
        var text = new StringBuilder(CsvText.Line(Columns));
        foreach (var row in rows)
        {
            text.Append(CsvText.Line(
            [
                row.Day.ToString("O", CultureInfo.InvariantCulture),
                zone,
                row.Client,
                labelOf(row.Client),
                row.App,
                row.Launches.ToString(CultureInfo.InvariantCulture),
                row.ActiveSeconds.ToString(CultureInfo.InvariantCulture),
                row.PeakMemory.ToString(CultureInfo.InvariantCulture),
            ]));
        }

        return text.ToString();
    }
}
