namespace Portal.Web.Tls;

/// <summary>The server's own section for the certificate that all its HTTPS addresses share.</summary>
internal sealed class CertificateOptions
{
    public const string Section = "Kestrel:Certificates:Default";

    /// <summary>PEM, with the certificates that vouch for it after it, or PKCS #12. Relative paths start at the program, as the server has it.</summary>
    public string? Path { get; init; }

    /// <summary>The key, in PEM; null for PKCS #12, which holds its own.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Of the key, where it has one.</summary>
    public string? Password { get; init; }

    /// <summary>False where the server finds its certificate by other means, or has none.</summary>
    public bool IsFile => Path is { Length: > 0 };
}
