using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Portal.Web.Tls;

/// <summary>What the files of a certificate held at one moment.</summary>
internal sealed class CertificateFile
{
    private readonly CertificateOptions _options;
    private readonly byte[] _certificates;
    private readonly byte[] _key;

    /// <exception cref="IOException">A file cannot be read; <see cref="UnauthorizedAccessException"/> where it may not be.</exception>
    public CertificateFile(CertificateOptions options)
    {
        _options = options;
        _certificates = Read(options.Path);
        _key = options.KeyPath is not null ? Read(options.KeyPath) : [];
    }

    public bool Is(CertificateFile other) =>
        _certificates.AsSpan().SequenceEqual(other._certificates) && _key.AsSpan().SequenceEqual(other._key);

    /// <summary>The certificate with its key, and those that vouch for it.</summary>
    /// <exception cref="CryptographicException">It is no certificate, or has another key.</exception>
    public SslStreamCertificateContext Parse()
    {
        try
        {
            return _options.KeyPath is not null ? ParsePem() : ParsePkcs12();
        }
        catch (ArgumentException e)
        {
            // How the framework says that key and certificate are none of a pair.
            throw new CryptographicException(e.Message, e);
        }
    }

    private SslStreamCertificateContext ParsePem()
    {
        var (pem, key) = (Encoding.UTF8.GetString(_certificates), Encoding.UTF8.GetString(_key));
        var own = _options.Password is { Length: > 0 } password
            ? X509Certificate2.CreateFromEncryptedPem(pem, key, password)
            : X509Certificate2.CreateFromPem(pem, key);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    private SslStreamCertificateContext ParsePkcs12()
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(_certificates, _options.Password);
        var own = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("It holds no certificate with a key.");
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    private static byte[] Read(string? path) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, path ?? ""));
}
