namespace Portal.Web.Pages.Admin.Running;

/// <summary>What has changed in the table of what runs.</summary>
/// <param name="Order">The ids of all rows, as they stand in the table now.</param>
/// <param name="Rows">Those that are new or other than before, as HTML, by id.</param>
internal sealed record RunningChange(IReadOnlyList<string> Order, IReadOnlyDictionary<string, string> Rows);
