using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Portal.Web.Access;
using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Launch;

/// <summary>
/// One instance from its launch to its end, as one flow:
/// <code>
/// the one before is gone ──► launch ──► ready ──► (ends by itself | is asked to stop) ──► gone
///                              └──► failed, remembered for a while
/// </code>
/// Others read its state at any time; only the flow writes it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token sources have no timer; nothing of them outlives the instance.")]
internal sealed class Instance
{
    private static readonly LaunchFailure Over = new(LaunchFailureReason.Stopped, "It has ended.", []);
    private static readonly LaunchFailure Stopped = new(LaunchFailureReason.Stopped, "It was stopped.", []);
    private static int _lastNumber;

    private readonly string _authority = $"instance-{Interlocked.Increment(ref _lastNumber)}";
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _disconnect = new();
    private readonly TaskCompletionSource _launch = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InstanceContext _context;
    private readonly long _began;
    private volatile IInstanceProcess? _process;
    private volatile LaunchResult.Ready? _ready;
    private volatile LaunchQueue.Ticket? _place;
    private volatile LaunchFailure? _stopped;
    private volatile bool _isRestarting;
    private LaunchSpan? _span;
    private int _port;

    private Instance(
        ClientIdentity client, App app, InstanceContext context, Instance? before = null, DateTimeOffset? since = null)
    {
        Breaker = new Breaker(before?.Breaker.Crashes ?? 0, context.Time);
        _context = context;
        Client = client;
        App = app;
        Key = new InstanceKey(client.Address, app.Slug);
        Log = InstanceLog.Of(Key, context.LogFolder, context.Options.MaxLogSize);
        Usage = new InstanceUsage(context.Time);
        Vitals = new InstanceVitals(context.Time);
        Since = since ?? context.Time.GetUtcNow();
        _began = context.Time.GetTimestamp();
        Gone = Task.CompletedTask;
    }

    public InstanceKey Key { get; }

    public App App { get; }

    /// <summary>For whom it was launched, as they were registered then.</summary>
    public ClientIdentity Client { get; }

    public InstanceLog Log { get; }

    public InstanceUsage Usage { get; }

    public InstanceVitals Vitals { get; }

    public DateTimeOffset Since { get; }

    /// <summary>The timestamp at which it became ready; null where it never did. To be read once <see cref="Launch"/> has completed.</summary>
    public long? ReadyAt { get; private set; }

    /// <summary>True where an earlier portal launched it.</summary>
    public bool IsAdopted { get; private init; }

    /// <summary>The leader of its session, while it has one.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>Set while requests may be forwarded to it.</summary>
    public RunningApp? Running => Ready?.App;

    /// <summary>What it failed by, and when another is tried.</summary>
    public Breaker Breaker { get; }

    public LaunchFailure? Failure => Breaker.Failure;

    /// <summary>What to answer a request for it with, while <see cref="Running"/> is set; else null.</summary>
    public LaunchResult.Ready? Ready => IsStopping ? null : _ready;

    /// <summary>What to answer a request for it with, once <see cref="Launch"/> has completed.</summary>
    public LaunchResult Outcome => (LaunchResult?)Ready ?? new LaunchResult.Failed(Failure ?? _stopped ?? Over);

    /// <summary>Completes when the launch has: ready or failed.</summary>
    public Task Launch => _launch.Task;

    /// <summary>Completes when no process of it is left and its port is given back.</summary>
    public Task Gone { get; private set; }

    /// <summary>What its processes are known by, see <see cref="AppMark.New"/>; 0 before there are any.</summary>
    public ulong Mark { get; private set; }

    public bool IsStopping => _stop.IsCancellationRequested;

    public InstanceState State =>
        Failure is not null ? InstanceState.Failed
        : IsStopping ? InstanceState.Stopping
        : _ready is not null ? (Vitals.IsUnresponsive ? InstanceState.Silent : InstanceState.Ready)
        : _process is not null ? InstanceState.Waiting
        : _place is { Turn.IsCompleted: false } ? InstanceState.Queued
        : InstanceState.Starting;

    /// <summary>Starts the flow.</summary>
    /// <param name="before">The instance that this one replaces: it is waited for, and its crashes count on.</param>
    /// <param name="leaving">One of somebody else's whose place it takes: it is waited for as well.</param>
    public static Instance Begin(ClientIdentity client, App app, Instance? before, Instance? leaving, InstanceContext context)
    {
        var instance = new Instance(client, app, context, before);
        var span = instance._span = LaunchSpan.Begin(instance.Key);

        // The instance outlives the request that asked for it: nothing of that one stays with it but the launch's span.
        using (ExecutionContext.SuppressFlow())
            instance.Gone = instance.LiveAsync(Task.WhenAll(before?.Gone ?? Task.CompletedTask, leaving?.Gone ?? Task.CompletedTask), span);
        return instance;
    }

    /// <summary>Goes on with an instance that an earlier portal launched.</summary>
    public static Instance Continue(Adopted adopted, InstanceContext context)
    {
        var instance = new Instance(adopted.Client, adopted.App, context, since: adopted.Since)
        {
            _process = adopted.Process,
            _port = adopted.Lease.Port,
            Mark = adopted.Mark,
            IsAdopted = true,
        };
        instance.BeReady(adopted.Lease.Port);
        instance.Gone = instance.ContinueAsync(adopted);
        return instance;
    }

    /// <summary>An instance that is not even launched, for the reason given.</summary>
    public static Instance Refused(
        ClientIdentity client, App app, Instance? before, LaunchFailure why, InstanceContext context)
    {
        var instance = new Instance(client, app, context, before) { Gone = before?.Gone ?? Task.CompletedTask };
        instance.Fail(why);
        return instance;
    }

    /// <summary>Whoever asks for it now is led to its launch in their trace.</summary>
    public void Link() => _span?.Link();

    /// <summary>Asks it to end; <see cref="Gone"/> tells when it has.</summary>
    /// <param name="why">What people are told who come back to it, where it did not end on purpose.</param>
    /// <param name="isRestart">True where another is launched in its place at once.</param>
    /// <remarks>What has to follow does so on another thread, as the caller may hold a lock.</remarks>
    public void Stop(LaunchFailure? why = null, bool isRestart = false)
    {
        if (!IsStopping)
            (_stopped, _isRestarting) = (why ?? Stopped, isRestart);
        _ = _stop.CancelAsync();
    }

    /// <summary>How long it is kept if nobody does anything, or why it is gone.</summary>
    public IdleStatus Idle()
    {
        if (Running is null)
        {
            var end = _isRestarting ? null : Failure ?? _stopped;
            var starts = _isRestarting || (end is null && !Launch.IsCompleted);
            return new(Runs: false, starts, StopsIn: null, end, Instance: null);
        }

        var left = _context.Options.IdleTimeout - Usage.IdleFor();
        return new(
            Runs: true, Starts: false, Usage.HasRequest ? null : left > TimeSpan.Zero ? left : TimeSpan.Zero, End: null,
            Since.UtcTicks.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>True while its process is provably there; asked for each new connection to it.</summary>
    public bool IsAlive => _ready is not null && _process is { IsAlive: true };

    public InstanceStatus Status() => new(
        Key, Client.DisplayName, App, State, ProcessId, _port is 0 ? null : _port, Since, Usage.LastActivity, Usage.Live, Failure,
        Breaker.RetryAt, _place?.Ahead ?? 0)
    {
        Resources = _process is null ? null : Vitals.Resources,
        History = _process is null ? [] : Vitals.History,
        SilentFor = Vitals.SilentFor(),
        BusyFor = Usage.BusyFor(),
        BusyLeft = Usage.BusyFor() is { } busy && busy < _context.Options.MaxBusyTime ? _context.Options.MaxBusyTime - busy : TimeSpan.Zero,
    };

    private async Task LiveAsync(Task before, LaunchSpan span)
    {
        await Task.Yield();
        span.Enter();
        try
        {
            using var queue = Traces.Source.StartActivity("queue");
            await before;
            using var place = _place = _context.Queue.Enter();
            await place.Turn.WaitAsync(_stop.Token);
            queue?.Stop();
            var launched = await _context.Launcher.LaunchAsync(Client, App, Log, Started, _stop.Token);
            if (launched is { Process: { } child, Lease: { } lease })
            {
                Record(isReady: true);
                BeReady(lease.Port);
                place.Dispose();
                _context.Events.Ready(Key, Client, _context.Time.GetElapsedTime(_began));
                span.Ready();
                await RunAsync(child, lease);
            }
            else
                Fail(launched.Failure ?? new LaunchFailure(LaunchFailureReason.CannotStart, "", []));
        }
        catch (OperationCanceledException)
        {
            Fail(new LaunchFailure(LaunchFailureReason.Stopped, "It was stopped while it started.", []));
        }
        catch (Exception e)
        {
            // A bug: nobody may wait for ever because of it.
            _context.Events.LaunchBroke(Key.Client, Key.Slug, e);
            Fail(new LaunchFailure(LaunchFailureReason.CannotStart, "The portal itself failed; see its log.", []));
        }
        finally
        {
            Log.End();
            _context.Records.Forget(Key);
        }
    }

    private async Task ContinueAsync(Adopted adopted)
    {
        await Task.Yield();
        await RunAsync(adopted.Process, adopted.Lease);
        Log.End();
        _context.Records.Forget(Key);
    }

    private void Started(IInstanceProcess child, int onPort, ulong mark)
    {
        (_port, Mark) = (onPort, mark);
        _process = child;
        _span?.Started(child);
        _context.Events.Started(Key.Client, Key.Slug, child.Id, onPort);
        Record(isReady: false);
    }

    private void Record(bool isReady)
    {
        if (_process is { } child
            && InstanceRecord.Of(Key, App, Client.Role.ToString(), child.Id, _port, Since, isReady, Mark) is { } record)
        {
            _context.Records.Keep(record);
        }
    }

    private async Task RunAsync(IInstanceProcess child, PortLease lease)
    {
        var asked = Task.Delay(Timeout.InfiniteTimeSpan, _context.Time, _stop.Token);
        await Task.WhenAny(child.Exited, asked);
        var wasAsked = IsStopping;

        // Before anybody can see that it is not ready any more: who then asks has to meet the crash.
        if (!wasAsked)
            await CrashAsync(await child.Exited);
        _ready = null;
        _over.SetResult();

        if (!await StopLadder.DescendAsync(child, _context.Options.StopTimeout, _context.Time, Mark, _disconnect.Cancel))
            _context.Events.WouldNotEnd(Key.Client, Key.Slug, child.Id);
        child.Dispose();
        _context.Groups.Remove(Mark);
        MarkedProcesses.EndListenersOn(lease.Port);
        _process = null;
        lease.Dispose();
        if (wasAsked)
            Fail(_stopped ?? Stopped);
    }

    private async Task CrashAsync(int exitCode)
    {
        _context.Events.Died(Key, exitCode);
        Breaker.CountCrash(_context.Time.GetElapsedTime(ReadyAt!.Value));
        if (_context.Groups.HasEndedOf(Mark))
        {
            Fail(new LaunchFailure(
                LaunchFailureReason.TooMuchMemory, $"The system ended it: it is over the limit of {ByteSize.Format(App.Limits.MemoryMax ?? 0)}.", []));
        }
        else if (Breaker.Crashes > 1)
        {
            await Log.DrainAsync(_context.Time);
            Fail(new LaunchFailure(LaunchFailureReason.KeepsCrashing,
                string.Create(CultureInfo.InvariantCulture, $"It crashed {Breaker.Crashes} times in a row, last with exit code {exitCode}."),
                Log.Tail(Launcher.TailLines)));
        }
    }

    private void BeReady(int onPort)
    {
        Usage.Touch();
        ReadyAt = Usage.LastTouch;
        _ready = new LaunchResult.Ready(new RunningApp(Key, App, _authority, onPort, Usage, Vitals, _over.Task, _disconnect.Token));
        _launch.SetResult();
    }

    private void Fail(LaunchFailure why)
    {
        _process = null;
        Breaker.Fail(why);
        _ = _launch.TrySetResult();
        if (!why.IsStop)
            _context.Events.Failed(Key, Client, why);
        _span?.Fail(why);
    }
}
