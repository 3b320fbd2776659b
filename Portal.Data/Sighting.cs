namespace Portal.Data;

/// <summary>Who came through a registration last.</summary>
public sealed class Sighting
{
    /// <summary>The <see cref="RegisteredIp.Id"/>; a registration has one at most, and it goes with it.</summary>
    public required int RegistrationId { get; init; }

    /// <summary>The client's address.</summary>
    public required string Client { get; init; }

    public required DateTimeOffset At { get; init; }
}
