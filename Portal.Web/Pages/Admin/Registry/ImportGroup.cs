using System.Globalization;
using Portal.Data;

namespace Portal.Web.Pages.Admin.Registry;

/// <summary>Lines of a file that are shown as one, as the same is wrong with each of them.</summary>
/// <param name="First">What is shown.</param>
/// <param name="Lines">All of them, in their order.</param>
public sealed record ImportGroup(ImportItem First, IReadOnlyList<int> Lines)
{
    private const int MostRanges = 8;

    /// <summary>What there is to tell of a plan, the refused lines first.</summary>
    public static IReadOnlyList<ImportGroup> Of(ImportPlan plan) =>
    [
        .. plan.Items.Where(item => item.Kind is ImportKind.Refused).GroupBy(item => string.Join('\n', item.Errors), StringComparer.Ordinal)
            .Select(same => new ImportGroup(same.First(), [.. same.Select(item => item.Line)])),
        .. plan.Items.Where(item => item.Kind is ImportKind.Added or ImportKind.Changed).Select(item => new ImportGroup(item, [item.Line])),
    ];

    /// <summary>The lines in the form "2–4, 7, …".</summary>
    public string Ranges
    {
        get
        {
            var ranges = new List<(int From, int To)>();
            foreach (var line in Lines)
            {
                if (ranges is [.., var last] && line == last.To + 1) ranges[^1] = (last.From, line);
                else if (ranges.Count < MostRanges) ranges.Add((line, line));
                else return Say(ranges) + ", …";
            }

            return Say(ranges);
        }
    }

    private static string Say(List<(int From, int To)> ranges) => string.Join(", ", ranges.Select(range =>
        range.From == range.To ? Text(range.From) : $"{Text(range.From)}–{Text(range.To)}"));

    private static string Text(int line) => line.ToString(CultureInfo.InvariantCulture);
}
