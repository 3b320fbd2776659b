namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>What went on in an hour or a day.</summary>
/// <param name="From">Its beginning, in the server's time zone.</param>
public sealed record CountRow(DateTimeOffset From, long Launches, long Failures, long Refusals);
