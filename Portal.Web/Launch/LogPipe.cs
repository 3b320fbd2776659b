using Microsoft.Win32.SafeHandles;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// The pipe that a new instance writes its output to, held open by the portal until the instance and the writer of its log have it
/// open: what is in a pipe that nobody has open is lost.
/// </summary>
internal sealed class LogPipe : IDisposable
{
    // On a very busy machine the writer takes its time to start.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    // A child that the instance leaves behind may hold the pipe for longer.
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    private readonly InstanceLog? _log;
    private readonly SafeFileHandle? _held;
    private readonly DirectProcess? _writer;

    private LogPipe(InstanceLog? log, SafeFileHandle? held, DirectProcess? writer) => (_log, _held, _writer) = (log, held, writer);

    /// <summary>Where output goes nowhere.</summary>
    public static LogPipe None { get; } = new(null, null, null);

    /// <summary>What the instance opens, for reading as well as for writing: its output then never ends it, nor waits for a reader.</summary>
    public string Path => _log?.PipePath ?? "/dev/null";

    /// <summary>Makes the pipe of a log that has begun, and starts its writer.</summary>
    /// <exception cref="IOException">There is no room for a pipe, or the writer cannot be started.</exception>
    public static LogPipe Open(InstanceLog log, App app)
    {
        var held = FilePassing.OpenToAppend(log.PipePath);
        try
        {
            Posix.SetPipeSize(held, InstanceLog.PipeBytes);
            return new LogPipe(log, held, LogWriter.Start(log, app));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Returns when all that an instance has written that ended is in its log.</summary>
    public async Task DrainAsync(TimeProvider time)
    {
        if (_log is null || _writer is null)
            return;
        using var limit = new CancellationTokenSource(LongestStart, time);
        await InstanceLog.WaitAsync(() => _writer.Exited.IsCompleted || _log.IsRead(), time, limit.Token);
        _held?.Dispose();
        await Task.WhenAny(_writer.Exited, Task.Delay(LongestRest, time, CancellationToken.None));
    }

    public void Dispose() => _held?.Dispose();
}
