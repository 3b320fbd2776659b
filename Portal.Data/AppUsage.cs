namespace Portal.Data;

/// <summary>How a client used an app on one day.</summary>
public sealed class AppUsage
{
    /// <summary>In universal time.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The client's address.</summary>
    public required string Client { get; init; }

    /// <summary>The app's slug.</summary>
    public required string App { get; init; }

    public int Launches { get; init; }

    /// <summary>For how long a person did something now and then, to the minute.</summary>
    public long ActiveSeconds { get; init; }

    /// <summary>The most private bytes that its instance had.</summary>
    public long PeakMemory { get; init; }
}
