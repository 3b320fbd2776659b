namespace Portal.Web.Launch.Ports;

/// <summary>A port that is one instance's until it is given back; or why there is none.</summary>
/// <param name="IsRegistered">True where the registry fixes the port, so that no other will do.</param>
internal sealed record PortLease(int Port, bool IsRegistered, LaunchFailure? Failure, Action GiveBack) : IDisposable
{
    public static PortLease Of(int port, bool isRegistered, Action giveBack) => new(port, isRegistered, null, giveBack);

    public static PortLease Refused(LaunchFailureReason reason, string detail) =>
        new(0, false, new LaunchFailure(reason, detail, []), () => { });

    public void Dispose() => GiveBack();
}
