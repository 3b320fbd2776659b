using Portal.Web.Launch.Vitals;

namespace Portal.Web.Launch;

/// <summary>An instance as it stood at one moment; for the screens.</summary>
/// <param name="ClientName">The client's label, or its address.</param>
/// <param name="Since">When the launch began.</param>
/// <param name="LastActivity">When a person did something last: sent a request, or data over a WebSocket.</param>
/// <param name="LiveConnections">Requests and WebSockets in flight now.</param>
/// <param name="RetryAt">From when on a visit tries again, where <paramref name="Failure"/> is set.</param>
/// <param name="Ahead">How many launches are in front of this one.</param>
/// <param name="Failure">Set where <paramref name="State"/> is <see cref="InstanceState.Failed"/>.</param>
public sealed record InstanceStatus(
    InstanceKey Key,
    string ClientName,
    App App,
    InstanceState State,
    int? ProcessId,
    int? Port,
    DateTimeOffset Since,
    DateTimeOffset LastActivity,
    int LiveConnections,
    LaunchFailure? Failure,
    DateTimeOffset? RetryAt = null,
    int Ahead = 0)
{
    /// <summary>What it takes of the machine; null where nothing runs, or nothing was measured yet.</summary>
    public ResourceReading? Resources { get; init; }

    /// <summary>What it took over the last minutes, oldest first; empty where nothing runs.</summary>
    public IReadOnlyList<ResourcePoint> History { get; init; } = [];

    /// <summary>How long ago a person began what the app works at now; null where it does not.</summary>
    public TimeSpan? BusyFor { get; init; }

    /// <summary>For how long that still counts as theirs.</summary>
    public TimeSpan BusyLeft { get; init; }

    /// <summary>How long it has not answered the question for its health.</summary>
    public TimeSpan SilentFor { get; init; }
}
