using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Portal.Web.Tls;

/// <summary>
/// The certificate of the moment: its files are read again and again, so that a renewed one is served from the next connection
/// on, and those that stand go on. The server's own way is to close the address and every connection to it first.
/// </summary>
internal sealed partial class ServerCertificate(IOptions<CertificateOptions> options, TimeProvider time, ILogger<ServerCertificate> logger)
    : BackgroundService
{
    // However files are replaced, and on whatever disk; of little weight, as a certificate is renewed weeks ahead.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private CertificateFile? _file;
    private string? _first;
    private volatile SslStreamCertificateContext? _current;

    /// <summary>Null where the server has its certificate by other means.</summary>
    public SslStreamCertificateContext? Current => _current;

    /// <summary>The certificate to serve.</summary>
    /// <param name="chosen">What the server would: what was in the files at start, or another that an address has of its own.</param>
    public SslStreamCertificateContext? InPlaceOf(SslStreamCertificateContext? chosen) =>
        string.Equals(chosen?.TargetCertificate.Thumbprint, _first, StringComparison.Ordinal) ? _current : chosen;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsFile)
            return Task.CompletedTask;
        _file = new CertificateFile(options.Value);
        _current = _file.Parse();
        _first = _current.TargetCertificate.Thumbprint;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        string? told = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Renew();
                told = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                if (!string.Equals(told, e.Message, StringComparison.Ordinal))
                    Log.Unreadable(logger, options.Value.Path, told = e.Message);
            }
        }
    }

    private void Renew()
    {
        var file = new CertificateFile(options.Value);
        if (_file?.Is(file) is true)
            return;
        var renewed = file.Parse();
        (_file, _current) = (file, renewed);
        Log.Renewed(logger, options.Value.Path, renewed.TargetCertificate.Subject, renewed.TargetCertificate.NotAfter.ToUniversalTime());
    }

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Information, "The certificate of {Path} was renewed: {Subject}, valid until {End:u}")]
        public static partial void Renewed(ILogger logger, string? path, string subject, DateTime end);

        [LoggerMessage(1011, LogLevel.Error, "The renewed certificate of {Path} cannot be used, and the one of before is served on: {Reason}")]
        public static partial void Unreadable(ILogger logger, string? path, string reason);
    }
}
