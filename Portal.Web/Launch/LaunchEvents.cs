using System.Globalization;
using System.Net;
using Portal.Data;
using Portal.Web.Access;

namespace Portal.Web.Launch;

/// <summary>What the log is told of launches and instances, and what goes on record of them.</summary>
internal sealed partial class LaunchEvents(ILogger<LaunchEvents> logger)
{
    /// <summary>Raised on whatever thread it happens; who listens must not wait.</summary>
    public event Action<LaunchNote>? Noted;

    [LoggerMessage(2001, LogLevel.Information, "{Client}/{App}: started as process {ProcessId} on port {Port}")]
    public partial void Started(IPAddress client, string app, int processId, int port);

    [LoggerMessage(2006, LogLevel.Error, "{Client}/{App}: process {ProcessId} does not end, not even by KILL")]
    public partial void WouldNotEnd(IPAddress client, string app, int processId);

    [LoggerMessage(2007, LogLevel.Error, "{Client}/{App}: the launch broke")]
    public partial void LaunchBroke(IPAddress client, string app, Exception exception);

    [LoggerMessage(2008, LogLevel.Error, "{Client}/{App}: its log cannot be kept within its limit at present")]
    public partial void LogNotKept(IPAddress client, string app, Exception exception);

    [LoggerMessage(2010, LogLevel.Error, "The old log {File} could not be removed; the next hour tries again")]
    public partial void LogNotRemoved(string file, Exception exception);

    [LoggerMessage(2011, LogLevel.Error, "An instance is launched without its log {File}: {Reason}")]
    public partial void WithoutLog(string file, string reason);

    [LoggerMessage(2012, LogLevel.Error, "The disk of the logs is full: {Removed} old logs were removed")]
    public partial void LogDiskFull(int removed);

    [LoggerMessage(2013, LogLevel.Error, "The folder of the logs cannot be looked after")]
    public partial void LogsNotKept(Exception exception);

    [LoggerMessage(2014, LogLevel.Warning, "Usage could not be written; it is kept until it can")]
    public partial void UsageNotWritten(Exception exception);

    [LoggerMessage(2015, LogLevel.Warning, "{Client}: their app could not be launched ahead of their click")]
    public partial void NotAnticipated(IPAddress client, Exception exception);

    [LoggerMessage(2016, LogLevel.Error, "{Client}/{App}: its limits (MemoryMax, CpuWeight) do not hold: {Reason}")]
    public partial void NotLimited(IPAddress client, string app, string reason);

    public void Ready(InstanceKey instance, ClientIdentity client, TimeSpan elapsed)
    {
        IsReady(instance.Client, instance.Slug, elapsed);
        Noted?.Invoke(new(AuditAction.AppLaunched, instance, client, "") { Took = elapsed });
    }

    public void Failed(InstanceKey instance, ClientIdentity client, LaunchFailure failure)
    {
        LaunchFailed(instance.Client, instance.Slug, failure.Reason, failure.Detail, string.Join('\n', failure.LogTail));
        Noted?.Invoke(new(AuditAction.LaunchFailed, instance, client, $"{failure.Reason}: {failure.Detail}")
        {
            Failure = failure.Reason,
            IsPassing = failure.IsPassing,
        });
    }

    public void Died(InstanceKey instance, int exitCode)
    {
        HasDied(instance.Client, instance.Slug, exitCode);
        Noted?.Invoke(new(
            AuditAction.AppStopped, instance, null, string.Create(CultureInfo.InvariantCulture, $"ended by itself with exit code {exitCode}")));
    }

    public void Stopping(InstanceKey instance, string reason, StopRequest by)
    {
        IsStopping(instance.Client, instance.Slug, reason);
        var note = new LaunchNote(by.IsRestart ? AuditAction.AppRestarted : AuditAction.AppStopped, instance, by.Client, reason);
        Noted?.Invoke(by.Name is { } name ? note with { Actor = name } : note);
    }

    public void MakesRoom(InstanceKey instance, InstanceKey newcomer)
    {
        IsMakingRoom(instance.Client, instance.Slug, newcomer);
        Noted?.Invoke(new(AuditAction.AppStopped, instance, null, $"it makes room for {newcomer}"));
    }

    [LoggerMessage(2002, LogLevel.Information, "{Client}/{App}: ready after {Elapsed}")]
    private partial void IsReady(IPAddress client, string app, TimeSpan elapsed);

    [LoggerMessage(2004, LogLevel.Information, "{Client}/{App}: stopping: {Reason}")]
    private partial void IsStopping(IPAddress client, string app, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "{Client}/{App}: ended by itself with exit code {ExitCode}")]
    private partial void HasDied(IPAddress client, string app, int exitCode);

    [LoggerMessage(2009, LogLevel.Information, "{Client}/{App}: stopping: it makes room for {Newcomer}, as it has been idle longest")]
    private partial void IsMakingRoom(IPAddress client, string app, InstanceKey newcomer);

    [LoggerMessage(2003, LogLevel.Warning, "{Client}/{App}: not launched, {Reason}: {Detail}\n{LogTail}")]
    private partial void LaunchFailed(IPAddress client, string app, LaunchFailureReason reason, string detail, string logTail);
}
