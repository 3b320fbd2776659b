namespace Portal.Data;

/// <summary>What was used in all, by one app, one client or on one day.</summary>
/// <param name="Of">The app's slug, the client's address, or the day (ISO 8601).</param>
/// <param name="ActiveSeconds">For how long people did something now and then.</param>
/// <param name="PeakMemory">The most private bytes that one instance had.</param>
/// <param name="Clients">How many there were.</param>
public sealed record UsageSum(string Of, long Launches, long ActiveSeconds, long PeakMemory, int Clients);
