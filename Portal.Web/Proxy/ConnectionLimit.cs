using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Proxy;

/// <summary>
/// No more connections than there are files for: without a bound, whoever connects often enough takes those that the database,
/// launches and everybody else's pages need. One connection too many is closed at once.
/// </summary>
internal sealed partial class ConnectionLimit(ILogger<ConnectionLimit> logger) : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>Files that are left to the portal itself: its program, which takes 350, database, logs, spawners and what it reads of processes.</summary>
    private const long Reserve = 500;

    /// <summary>A connection and the one to an app behind it; as many WebSockets, which the server counts by themselves.</summary>
    private const long FilesForEach = 4;

    /// <summary>With fewer the portal does not come as far as listening, or has none left for who connects.</summary>
    private const long FewestFiles = 512;

    /// <summary>Below it a portal of some hundred people runs short.</summary>
    private const long Few = 1000;

    public void Configure(KestrelServerOptions options)
    {
        var files = ProcessLimits.OpenFilesOf(Environment.ProcessId);
        var most = Of(files);
        (options.Limits.MaxConcurrentConnections, options.Limits.MaxConcurrentUpgradedConnections) = (most, most);
        if (most < Few)
            Log.Few(logger, most, files);
    }

    /// <summary>To be asked before anything else is loaded.</summary>
    /// <exception cref="StartException">The portal may open too few files.</exception>
    public static void Require()
    {
        if (ProcessLimits.OpenFilesOf(Environment.ProcessId) is var files and < FewestFiles)
        {
            throw new StartException(string.Create(CultureInfo.InvariantCulture,
                $"LimitNOFILE (ulimit -n) is {files}, and the portal needs {FewestFiles} open files at least; set LimitNOFILE=65536 in its unit."));
        }
    }

    /// <summary>How many connections, and how many WebSockets, a portal may have that can open so many files.</summary>
    internal static long Of(long files) => Math.Max(Reserve / FilesForEach, files - Reserve) / FilesForEach;

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Warning,
            "Only {Most} connections and as many WebSockets are taken at once, as the portal may open only {Files} files: raise LimitNOFILE= of its service")]
        public static partial void Few(ILogger logger, long most, long files);
    }
}
