using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Tests.Doubles;

/// <summary>A certificate for <c>portal.test</c>, signed by an authority in between as those of companies are; made anew each time.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly X509Certificate2 _own;
    private readonly X509Certificate2 _between;

    public TestCertificate()
    {
        using var root = Make("root", null, isAuthority: true);
        _between = Make("between", root, isAuthority: true);
        _own = Make("portal.test", _between, isAuthority: false);
    }

    public string Thumbprint => _own.Thumbprint;

    public string BetweenThumbprint => _between.Thumbprint;

    /// <summary>As certbot writes them: the chain, and the key beside it. Each file is put in place by a rename.</summary>
    public void WritePem(string path, string keyPath)
    {
        using var key = _own.GetECDsaPrivateKey();
        Replace(keyPath, key?.ExportPkcs8PrivateKeyPem() ?? "");
        Replace(path, $"{_own.ExportCertificatePem()}\n{_between.ExportCertificatePem()}\n");
    }

    public void WritePkcs12(string path, string password) =>
        File.WriteAllBytes(path, new X509Certificate2Collection { _own, _between }.Export(X509ContentType.Pkcs12, password) ?? []);

    public static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Dispose()
    {
        _own.Dispose();
        _between.Dispose();
    }

    private static X509Certificate2 Make(string name, X509Certificate2? issuer, bool isAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (issuer is null)
        {
            var now = TimeProvider.System.GetUtcNow();
            return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        }

        using var signed = request.Create(issuer, new DateTimeOffset(issuer.NotBefore), new DateTimeOffset(issuer.NotAfter), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
