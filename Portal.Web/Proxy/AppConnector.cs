using System.Net;
using System.Net.Sockets;
using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>
/// The connections to instances. Each is opened by the instance's own name, and only while its process is there
/// after the connection stands: as long as the process lives nobody else can hold its port, so the other end is it.
/// </summary>
internal sealed class AppConnector : IDisposable
{
    /// <summary>How long an app may take to say whether it wants the body of a request with <c>Expect: 100-continue</c>; then it gets it.</summary>
    private static readonly TimeSpan LongestDecision = TimeSpan.FromSeconds(10);

    private readonly Supervisor _supervisor;

    public AppConnector(Supervisor supervisor)
    {
        _supervisor = supervisor;
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null, // no number of the portal's leaves it, and nothing is spent on it
            Expect100ContinueTimeout = LongestDecision,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = ConnectAsync,
            RequestHeaderEncodingSelector = (_, _) => ProxySetup.HeaderBytes,
            ResponseHeaderEncodingSelector = (_, _) => ProxySetup.HeaderBytes,
        });
    }

    /// <summary>One for all requests; keeps connections for the next ones.</summary>
    public HttpMessageInvoker Invoker { get; }

    public void Dispose() => Invoker.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var authority = context.DnsEndPoint.Host;
        var app = _supervisor.FindAlive(authority) ?? throw Gone(authority);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, app.Port), cancellationToken);
            if (_supervisor.FindAlive(authority) is null)
                throw Gone(authority);
            return new AppStream(socket, app.Disconnect);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static HttpRequestException Gone(string authority) =>
        new(HttpRequestError.ConnectionError, $"The process of {authority} has ended.");
}
