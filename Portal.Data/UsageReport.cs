namespace Portal.Data;

/// <summary>What was used over some days.</summary>
/// <param name="Apps">The longest used first.</param>
/// <param name="Clients">Those that were active longest, the longest first.</param>
/// <param name="ClientCount">How many clients there were in all.</param>
/// <param name="Days">The newest first; days without any use are left out.</param>
public sealed record UsageReport(
    IReadOnlyList<UsageSum> Apps, IReadOnlyList<UsageSum> Clients, int ClientCount, IReadOnlyList<UsageSum> Days);
