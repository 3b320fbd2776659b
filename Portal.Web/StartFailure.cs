using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Launch.Processes;
using Portal.Web.Tls;

namespace Portal.Web;

/// <summary>Says in a line each what keeps the portal from starting, in place of a stack trace.</summary>
internal static class StartFailure
{
    /// <summary>The code of <c>sysexits.h</c> for a configuration error.</summary>
    public const int ExitCode = 78;

    /// <summary>The code of <c>sysexits.h</c> for what may go well a moment later: the service is to be started again.</summary>
    public const int PassingExitCode = 75;

    public static async Task<int> ExplainAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("The portal was told to stop before it had started.");
            return 0;
        }
        catch (Exception e) when (Explain(e) is { Count: > 0 } lines)
        {
            await Console.Error.WriteLineAsync("The portal cannot start:");
            foreach (var line in lines)
                await Console.Error.WriteLineAsync($"  {line.ReplaceLineEndings(" ")}");
            return IsPassing(e) ? PassingExitCode : ExitCode;
        }
    }

    /// <summary>What to fix, a line each; empty for an exception that is not the operator's to fix.</summary>
    internal static IReadOnlyList<string> Explain(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several when several.InnerExceptions.All(e => Explain(e).Count > 0) =>
            [.. several.InnerExceptions.SelectMany(Explain).Distinct(StringComparer.Ordinal)],
        StartException start => [start.Message],
        PortalDatabaseException database => [database.Message],
        IOException { InnerException: AddressInUseException } taken =>
            [$"{taken.Message} Stop what listens there, or name another address: ASPNETCORE_URLS (or --urls), such as http://0.0.0.0:8001."],
        IOException { InnerException: AggregateException several } when Explain(several) is { Count: > 0 } both => both, // localhost
        _ when DatabaseFault.In(exception) is { } fault => [$"The database cannot be used at the moment: {fault}"],
        _ when IsFull(exception) => [$"{exception.Message} Make room on the disk of Portal:DataDirectory."],
        IOException { HResult: Posix.TooManyFiles or Posix.TooManyFilesInAll } =>
            [$"{exception.Message}: raise the limit of open files, such as LimitNOFILE=65536 in the service's unit, or fs.file-max for all processes."],
        _ when IsOfCertificate(exception) =>
            [
                exception.Message.Split(Environment.NewLine)[0],
                $"A certificate for HTTPS is named by {CertificateOptions.Section}:{nameof(CertificateOptions.Path)} and {nameof(CertificateOptions.KeyPath)}.",
            ],
        UnauthorizedAccessException or IOException and not (FileNotFoundException or FileLoadException) =>
            [$"{exception.Message} Portal:DataDirectory must be a folder of the portal's own."],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => [exception.Message],
        _ => [],
    };

    /// <summary>Whether the server could not listen.</summary>
    internal static bool IsOfAddress(Exception exception) =>
        exception is StartException or IOException { InnerException: AddressInUseException or AggregateException } || IsOfCertificate(exception);

    private static bool IsPassing(Exception exception) => exception switch
    {
        PortalDatabaseException database => database.IsPassing,
        StartException start => start.IsPassing,
        AggregateException several => several.InnerExceptions.All(IsPassing),
        IOException { InnerException: AddressInUseException } => true,
        IOException { InnerException: AggregateException several } => IsPassing(several),
        IOException { HResult: Posix.TooManyFilesInAll } => true,
        _ => IsFull(exception) || DatabaseFault.In(exception) is not null,
    };

    private static bool IsOfCertificate(Exception exception) =>
        exception is InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } && exception.Message.Contains("HTTPS", StringComparison.Ordinal);

    private static bool IsFull(Exception exception) => exception is IOException { HResult: Posix.NoSpace or Posix.OverQuota };
}
