using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Tls;

/// <summary>A portal at an address of plain HTTP and one of HTTPS, with a certificate in PEM files.</summary>
public sealed class TlsPortal : IAsyncLifetime
{
    private PortalUnderTest? _portal;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    internal string Certificate => Portal.Ground.PathOf("fullchain.pem");

    internal string Key => Portal.Ground.PathOf("privkey.pem");

    public async ValueTask InitializeAsync() => _portal = await StartAsync(_ => { });

    internal static async Task<PortalUnderTest> StartAsync(Action<PortalUnderTest> configure) => await PortalUnderTest.StartAsync(portal =>
    {
        using var certificate = new TestCertificate();
        var (chain, key) = (portal.Ground.PathOf("fullchain.pem"), portal.Ground.PathOf("privkey.pem"));
        certificate.WritePem(chain, key);
        portal.Urls = "http://127.0.0.1:0;https://127.0.0.1:0";
        portal.Settings["Kestrel:Certificates:Default:Path"] = chain;
        portal.Settings["Kestrel:Certificates:Default:KeyPath"] = key;
        configure(portal);
    });

    /// <summary>What the portal shows of itself in a handshake: its certificate and those sent with it.</summary>
    internal static async Task<IReadOnlyList<string>> ThumbprintsAsync(PortalUnderTest portal)
    {
        List<string> sent = [];
        await using var stream = await OpenAsync(portal, PortalUnderTest.User, SslApplicationProtocol.Http11, (_, own, chain, _) =>
        {
            sent.Add(own?.GetCertHashString() ?? "");
            sent.AddRange(chain?.ChainPolicy.ExtraStore.Select(one => one.Thumbprint) ?? []);
            return true;
        });
        return sent;
    }

    /// <summary>A connection with TLS; any certificate is taken.</summary>
    internal static async Task<SslStream> OpenAsync(
        PortalUnderTest portal, string client, SslApplicationProtocol protocol, RemoteCertificateValidationCallback? check = null)
    {
        var stream = new SslStream(await portal.ConnectFrom(client, portal.TlsPort));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "portal.test",
                ApplicationProtocols = [protocol],
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = check ?? TakeAny,
            },
            TestContext.Current.CancellationToken);
        return stream;
    }

    /// <summary>A client of HTTPS; any certificate is taken.</summary>
    internal static HttpMessageInvoker InvokerFrom(PortalUnderTest portal, string client)
    {
        var handler = portal.HandlerFrom(client, portal.TlsPort);
        handler.SslOptions.RemoteCertificateValidationCallback = TakeAny;
        return new HttpMessageInvoker(handler);
    }

    /// <summary>Which it is, is what tests ask; nobody on this machine vouches for it.</summary>
    private static bool TakeAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
            await _portal.DisposeAsync();
    }
}
