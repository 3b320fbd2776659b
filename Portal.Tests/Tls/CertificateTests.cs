using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Portal.Tests.Doubles;
using Portal.Web.Tls;
using Xunit;

namespace Portal.Tests.Tls;

/// <summary>The portal's certificate in real handshakes: from files, and renewed while people work.</summary>
public sealed class CertificateTests
{
    private const string Path = "Kestrel:Certificates:Default:Path", KeyPath = "Kestrel:Certificates:Default:KeyPath";

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renewed_certificate_is_served_and_nobody_is_cut_off()
    {
        using var renewed = new TestCertificate();
        await using var portal = await TlsPortal.StartAsync(_ => { });
        using var invoker = TlsPortal.InvokerFrom(portal, PortalUnderTest.User);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{portal.TlsPort}/app/stub/ws"), invoker, Cancelled);
        var before = await TlsPortal.ThumbprintsAsync(portal);

        renewed.WritePem(portal.Settings[Path], portal.Settings[KeyPath]);

        var after = before;
        await Eventually.TrueAsync(async () => (after = await TlsPortal.ThumbprintsAsync(portal))[0].Equals(renewed.Thumbprint, StringComparison.Ordinal));
        Assert.NotEqual(before[0], after[0], StringComparer.Ordinal);
        Assert.Contains(renewed.BetweenThumbprint, after, StringComparer.Ordinal);
        await socket.SendAsync(Encoding.UTF8.GetBytes("still here"), WebSocketMessageType.Text, true, Cancelled);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancelled);
        Assert.Equal("still here", Encoding.UTF8.GetString(buffer.AsSpan(0, received.Count)));
    }

    [Fact]
    public async Task A_file_of_PKCS_12_is_served_with_all_that_it_holds()
    {
        using var certificate = new TestCertificate();
        await using var portal = await TlsPortal.StartAsync(portal =>
        {
            certificate.WritePkcs12(portal.Settings[Path] = portal.Ground.PathOf("portal.pfx"), "secret");
            portal.Settings.Remove(KeyPath);
            portal.Settings["Kestrel:Certificates:Default:Password"] = "secret";
        });

        var sent = await TlsPortal.ThumbprintsAsync(portal);

        Assert.Equal(certificate.Thumbprint, sent[0]);
        Assert.Contains(certificate.BetweenThumbprint, sent, StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_address_may_have_a_certificate_of_its_own()
    {
        using var other = new TestCertificate();
        await using var portal = await TlsPortal.StartAsync(portal =>
        {
            var (chain, key) = (portal.Ground.PathOf("other.pem"), portal.Ground.PathOf("other.key"));
            other.WritePem(chain, key);
            portal.Settings["Kestrel:Endpoints:Other:Url"] = "https://127.0.0.1:0";
            portal.Settings["Kestrel:Endpoints:Other:Certificate:Path"] = chain;
            portal.Settings["Kestrel:Endpoints:Other:Certificate:KeyPath"] = key;
        });

        Assert.Equal(other.Thumbprint, (await TlsPortal.ThumbprintsAsync(portal))[0]);
    }

    [Fact]
    public async Task What_cannot_be_used_is_told_once_and_the_one_of_before_goes_on()
    {
        await using var ground = new TestGround();
        using var first = new TestCertificate();
        using var second = new TestCertificate();
        var (path, key) = (ground.PathOf("fullchain.pem"), ground.PathOf("privkey.pem"));
        first.WritePem(path, key);
        var (clock, log) = (new FakeTimeProvider(), new Told());
        using var certificate = new ServerCertificate(Options.Create(new CertificateOptions { Path = path, KeyPath = key }), clock, log);
        await certificate.StartAsync(Cancelled);
        var served = certificate.Current;

        foreach (var broken in new[] { "nonsense", null })
        {
            var told = log.Errors;
            if (broken is null)
                File.Delete(path);
            else
                TestCertificate.Replace(path, broken);
            await Eventually.TrueAsync(() => Tick(log.Errors > told));
            Assert.Same(served, certificate.Current);
        }

        second.WritePem(path, key);
        await Eventually.TrueAsync(() => Tick(second.Thumbprint.Equals(certificate.Current?.TargetCertificate.Thumbprint, StringComparison.Ordinal)));
        await certificate.StopAsync(Cancelled);

        bool Tick(bool isDone)
        {
            if (!isDone)
                clock.Advance(Turn);
            return isDone;
        }
    }

    [Theory]
    [InlineData("missing.pem", "privkey.pem", "", "Kestrel:Certificates:Default:Path and KeyPath must name files that the portal may read")]
    [InlineData("fullchain.pem", "missing.pem", "", "Kestrel:Certificates:Default:Path and KeyPath must name files that the portal may read")]
    [InlineData("fullchain.pem", "other.key", "", "Kestrel:Certificates:Default:Path is ")]
    [InlineData("privkey.pem", "privkey.pem", "", "Kestrel:Certificates:Default:Path is ")]
    [InlineData("fullchain.pem", "", "", "Kestrel:Certificates:Default:Path is ")]
    [InlineData("portal.pfx", "", "wrong", "Kestrel:Certificates:Default:Path is ")]
    public async Task What_cannot_be_used_at_start_is_named_by_its_key(string path, string keyPath, string password, string failure)
    {
        await using var ground = new TestGround();
        using var certificate = new TestCertificate();
        using var other = new TestCertificate();
        certificate.WritePem(ground.PathOf("fullchain.pem"), ground.PathOf("privkey.pem"));
        other.WritePem(ground.PathOf("other.pem"), ground.PathOf("other.key"));
        certificate.WritePkcs12(ground.PathOf("portal.pfx"), "secret");

        var result = new CertificateOptionsValidator().Validate(null, new CertificateOptions
        {
            Path = ground.PathOf(path),
            KeyPath = keyPath.Length > 0 ? ground.PathOf(keyPath) : null,
            Password = password,
        });

        Assert.StartsWith(failure, Assert.Single(result.Failures ?? []), StringComparison.Ordinal);
    }

    private sealed class Told : ILogger<ServerCertificate>
    {
        private int _errors;

        public int Errors => Volatile.Read(ref _errors);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel is LogLevel.Error)
                Interlocked.Increment(ref _errors);
        }
    }
}
