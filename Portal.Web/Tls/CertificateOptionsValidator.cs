using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Portal.Web.Tls;

/// <summary>Reads the certificate as the server will, and names the key to mend.</summary>
internal sealed class CertificateOptionsValidator : IValidateOptions<CertificateOptions>
{
    public ValidateOptionsResult Validate(string? name, CertificateOptions options)
    {
        if (!options.IsFile)
            return ValidateOptionsResult.Success;
        try
        {
            new CertificateFile(options).Parse();
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail(
                $"{Key(nameof(options.Path))} and {nameof(options.KeyPath)} must name files that the portal may read: {e.Message}");
        }
        catch (CryptographicException e)
        {
            return ValidateOptionsResult.Fail(options.KeyPath is not null
                ? $"{Key(nameof(options.Path))} is '{options.Path}', which is no certificate in PEM with the key of {nameof(options.KeyPath)}: {e.Message}"
                : $"{Key(nameof(options.Path))} is '{options.Path}', which is no PKCS #12 file that {nameof(options.Password)} opens; a certificate in PEM needs {nameof(options.KeyPath)} too: {e.Message}");
        }
    }

    private static string Key(string option) => $"{CertificateOptions.Section}:{option}";
}
