namespace Portal.Data;

/// <summary>Who came through a registration last. Apart from the row, which only people change.</summary>
public sealed class Sighting
{
    public required int RegisteredIpId { get; init; }

    /// <summary>Their address.</summary>
    public required string Client { get; set; }

    public required DateTimeOffset At { get; set; }
}
