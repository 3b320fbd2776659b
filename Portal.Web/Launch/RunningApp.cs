using Portal.Web.Launch.Vitals;

namespace Portal.Web.Launch;

/// <summary>A ready instance, as the proxy needs it.</summary>
/// <param name="Authority">
/// A name that no other instance of this portal ever has, so that a kept connection of one is never taken for
/// another's. It means something to the supervisor alone; it is in no name service.
/// </param>
/// <param name="Port">On 127.0.0.1.</param>
/// <param name="Usage">Where the proxy notes what goes on.</param>
/// <param name="Vitals">How it is.</param>
/// <param name="Over">Completes once the supervisor has seen its end: whoever asks from then on gets another.</param>
/// <param name="Disconnect">Cancelled when every connection to it is to be closed at once, as it waits for them to end.</param>
internal sealed record RunningApp(
    InstanceKey Key,
    App App,
    string Authority,
    int Port,
    InstanceUsage Usage,
    InstanceVitals Vitals,
    Task Over,
    CancellationToken Disconnect)
{
    /// <summary>Where to forward to; <see cref="Authority"/> is turned into a connection by the proxy.</summary>
    public string Destination { get; } = $"http://{Authority}:{Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
