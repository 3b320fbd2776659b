namespace Portal.Web.Audit;

/// <summary>Section <c>Portal:Audit</c>.</summary>
internal sealed class AuditOptions
{
    public const string Section = "Portal:Audit";

    /// <summary>How long an entry of the record and a decided request are kept; at least a day, at most ten years.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(400);
}
