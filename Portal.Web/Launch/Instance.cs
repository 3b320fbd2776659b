using System.Diagnostics.CodeAnalysis;
using Portal.Web.Access;

namespace Portal.Web.Launch;

/// <summary>
/// One instance from its launch to its end, as one flow:
/// <code>
/// the one before is gone ──► launch ──► ready ──► (ends by itself | is asked to stop) ──► gone
///                              └──► failed, remembered for a while
/// </code>
/// Others read its state at any time; only the flow writes it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer; nothing of it outlives the instance.")]
internal sealed class Instance
{
    private static readonly LaunchFailure Over = new(LaunchFailureReason.Stopped, "It has ended.", []);
    private static int _lastNumber;

    private readonly string _authority = $"instance-{Interlocked.Increment(ref _lastNumber)}";
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _launch = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InstanceContext _context;
    private volatile IInstanceProcess? _process;
    private volatile LaunchResult.Ready? _ready;
    private volatile LaunchFailure? _failure;
    private volatile bool _isForgiven;
    private int _port;
    private DateTimeOffset _ended;

    private Instance(ClientIdentity client, App app, InstanceContext context)
    {
        _context = context;
        Client = client;
        App = app;
        Key = new InstanceKey(client.Address, app.Slug);
        Log = InstanceLog.Of(Key, context.LogFolder, context.Options.MaxLogSize);
        Usage = new InstanceUsage(context.Time);
        Since = context.Time.GetUtcNow();
        Gone = Task.CompletedTask;
    }

    public InstanceKey Key { get; }

    public App App { get; }

    /// <summary>For whom it was launched, as they were registered then.</summary>
    public ClientIdentity Client { get; }

    public InstanceLog Log { get; }

    public InstanceUsage Usage { get; }

    public DateTimeOffset Since { get; }

    /// <summary>Set while requests may be forwarded to it.</summary>
    public RunningApp? Running => Ready?.App;

    /// <summary>Set once the launch came to nothing or the instance was stopped.</summary>
    public LaunchFailure? Failure => _failure;

    /// <summary>What to answer a request for it with, while <see cref="Running"/> is set; else null.</summary>
    public LaunchResult.Ready? Ready => IsStopping ? null : _ready;

    /// <summary>What to answer a request for it with, once <see cref="Launch"/> has completed.</summary>
    public LaunchResult Outcome => (LaunchResult?)Ready ?? new LaunchResult.Failed(_failure ?? Over);

    /// <summary>Completes when the launch has: ready or failed.</summary>
    public Task Launch => _launch.Task;

    /// <summary>Completes when no process of it is left and its port is given back.</summary>
    public Task Gone { get; private set; }

    public bool IsStopping => _stop.IsCancellationRequested;

    public InstanceState State =>
        _failure is not null ? InstanceState.Failed
        : IsStopping ? InstanceState.Stopping
        : _ready is not null ? InstanceState.Ready
        : _process is not null ? InstanceState.Waiting
        : InstanceState.Starting;

    /// <summary>Starts the flow. <paramref name="before"/> completes when an earlier instance of the key is gone.</summary>
    public static Instance Begin(ClientIdentity client, App app, Task before, InstanceContext context)
    {
        var instance = new Instance(client, app, context);
        instance.Gone = instance.LiveAsync(before);
        return instance;
    }

    /// <summary>An instance that is not even launched, for the reason given.</summary>
    public static Instance Refused(
        ClientIdentity client, App app, Task before, LaunchFailure why, InstanceContext context)
    {
        var instance = new Instance(client, app, context) { Gone = before };
        instance.Fail(why);
        return instance;
    }

    /// <summary>Asks it to end; <see cref="Gone"/> tells when it has.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>True while its process is provably there; asked for each new connection to it.</summary>
    public bool IsAlive => _ready is not null && _process is { IsAlive: true };

    /// <summary>True once a failure is old enough for a visit to try again, or was forgiven.</summary>
    public bool MayBeRetried(DateTimeOffset now) => _failure is { } known && (_isForgiven || now - _ended >= known.Memory);

    /// <summary>Lets a visit try again at once.</summary>
    public void Forgive() => _isForgiven = true;

    /// <summary>True once a failure is old enough for nobody to be interested.</summary>
    public bool MayBeForgotten(DateTimeOffset now) => _failure is { } known && now - _ended >= known.Retention;

    public InstanceStatus Status() => new(
        Key, Client.DisplayName, App, State, _process?.Id, _port is 0 ? null : _port, Since, Usage.LastActivity, Usage.Live, _failure);

    private async Task LiveAsync(Task before)
    {
        await Task.Yield();
        try
        {
            await before;
            var launched = await _context.Launcher.LaunchAsync(Client, App, Log, Started, _stop.Token);
            if (launched is { Process: { } child, Lease: { } lease })
                await RunAsync(child, lease);
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
            _context.Events.LaunchBroke(Key, e);
            Fail(new LaunchFailure(LaunchFailureReason.CannotStart, "The portal itself failed; see its log.", []));
        }
    }

    private void Started(IInstanceProcess child, int onPort)
    {
        _port = onPort;
        _process = child;
        _context.Events.Started(Key, child.Id, onPort);
    }

    private async Task RunAsync(IInstanceProcess child, PortLease lease)
    {
        _ready = new LaunchResult.Ready(new RunningApp(Key, App, _authority, lease.Port, Usage));
        _launch.SetResult();
        _context.Events.Ready(Key, _context.Time.GetUtcNow() - Since);

        var asked = Task.Delay(Timeout.InfiniteTimeSpan, _context.Time, _stop.Token);
        await Task.WhenAny(child.Exited, asked);
        _ready = null;
        var wasAsked = IsStopping;
        var exitCode = child.Exited.IsCompletedSuccessfully ? await child.Exited : (int?)null;

        if (!await StopLadder.DescendAsync(child, _context.Options.StopTimeout, _context.Time))
            _context.Events.WouldNotEnd(Key, child.Id);
        child.Dispose();
        _process = null;
        lease.Dispose();
        if (wasAsked)
            Fail(new LaunchFailure(LaunchFailureReason.Stopped, "It was stopped.", []));
        else
            _context.Events.Died(Key, exitCode);
    }

    private void Fail(LaunchFailure why)
    {
        _ended = _context.Time.GetUtcNow();
        _process = null;
        _failure = why;
        _ = _launch.TrySetResult();
        if (why.Reason is not LaunchFailureReason.Stopped)
            _context.Events.Failed(Key, why);
    }
}
