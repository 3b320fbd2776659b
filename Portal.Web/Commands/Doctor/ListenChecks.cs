using System.Net;
using System.Net.Sockets;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch.Ports;

namespace Portal.Web.Commands.Doctor;

/// <summary>Where the portal listens (what is no address is a mistake of the configuration), and whom it believes about who asks.</summary>
/// <param name="portal">The process of the portal that runs.</param>
internal sealed class ListenChecks(CommandRun run, int? portal)
{
    private const int WidestIpv4 = 16, WidestIpv6 = 48;

    public IEnumerable<Finding> Examine() => ListenAddresses.Of(run.Configuration).Where(url => ListenAddresses.WhyUnfit(url) is null).Select(Url).Concat(Proxies());

    private Finding Url(string url)
    {
        const string Check = "address";
        if (portal is { } process)
            return Finding.Fine(Check, FormattableString.Invariant($"{url}, served by process {process}"));

        var address = BindingAddress.Parse(url);
        if (address.IsUnixPipe || address.IsNamedPipe)
            return Finding.Fine(Check, url);
        try
        {
            using var socket = new TcpListener(
                IPAddress.TryParse(address.Host.Trim('[', ']'), out var host) ? host
                : address.Host is "localhost" ? IPAddress.Loopback
                : IPAddress.Any, address.Port);
            socket.Start();
            return Finding.Fine(Check, $"{url} can be listened on");
        }
        catch (SocketException e)
        {
            var owner = PortListener.On(address.Port) is [var listener, ..] ? $" ({listener.DescribeOwner()} listens there)" : "";
            return Finding.Problem(Check, $"{url} cannot be listened on: {e.Message}{owner}", "end what listens there, or name another address in ASPNETCORE_URLS");
        }
    }

    private IEnumerable<Finding> Proxies()
    {
        const string Check = "proxies";
        var trusted = run.Configuration.GetSection($"{AccessOptions.Section}:{nameof(AccessOptions.TrustedProxies)}")
            .GetChildren().Select(one => one.Value).ToList();
        if (trusted.Count is 0)
            return [Finding.Fine(Check, "none is trusted: every client is known by the address that it connects from")];
        return trusted.Select(text =>
            !NetworkNotation.TryParse(text, out var network)
                ? Finding.Problem(Check, $"'{text}' is no address or network", $"mend {AccessOptions.Section}:{nameof(AccessOptions.TrustedProxies)}")
            : network.PrefixLength is 0
                ? Finding.Problem(Check, $"{text} trusts everybody: whoever connects can claim any address", "name the proxy's own address")
            : network.PrefixLength < (network.BaseAddress.AddressFamily is AddressFamily.InterNetwork ? WidestIpv4 : WidestIpv6)
                ? Finding.Warning(Check, $"{text} is a wide network: each machine in it can claim any address", "name the proxy's own address")
            : Finding.Fine(Check, $"{text} is believed about whom it forwards"));
    }
}
