namespace Portal.Web.Launch.Prefork;

/// <summary>What the log is told of spawners.</summary>
internal sealed partial class PreforkEvents(ILogger<PreforkEvents> logger)
{
    [LoggerMessage(2101, LogLevel.Information, "{App}: instances are forked by process {ProcessId}, {Modules} modules loaded after {Elapsed}")]
    public partial void Warm(string app, int processId, int modules, TimeSpan elapsed);

    [LoggerMessage(2102, LogLevel.Information, "{App}: {Module} is left to the instances: {Reason}")]
    public partial void Denied(string app, string module, string reason);

    [LoggerMessage(2103, LogLevel.Information, "{App}: the spawner begins again: {Reason}")]
    public partial void BeginsAgain(string app, string reason);

    [LoggerMessage(2105, LogLevel.Warning, "{App}: the spawner, process {ProcessId}, is gone; another takes its place, the instances stay")]
    public partial void Lost(string app, int processId);

    [LoggerMessage(2106, LogLevel.Warning, "{App}: instances are not forked: {Reason}")]
    public partial void GaveUp(string app, string reason);

    [LoggerMessage(2107, LogLevel.Information, "{App}: an instance is started anew: {Reason}")]
    public partial void FellBack(string app, string reason);
}
