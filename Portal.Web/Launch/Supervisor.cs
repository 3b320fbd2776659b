using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Processes;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Launch;

/// <summary>Owns every instance: finds or starts, watches, stops.</summary>
internal sealed class Supervisor(
    Launcher launcher,
    IOptions<LaunchOptions> options,
    PortalPaths paths,
    InstanceRecords records,
    Adopter adopter,
    HostMemory memory,
    ControlGroups groups,
    LaunchEvents events,
    TimeProvider time) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(1);

    private static readonly LaunchFailure Idle = new(LaunchFailureReason.Idle, "It was stopped, as nobody used it.", []);
    private static readonly LaunchFailure TooOften = new(LaunchFailureReason.TooOften, "See Portal:Launch:LaunchesPerMinute.", []);
    private static readonly LaunchFailure Closed = new(LaunchFailureReason.Stopped, "The portal stops.", []);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<InstanceKey, Instance> _instances = new();
    private readonly InstanceContext _context = new(launcher, options.Value, paths.Logs, events, records, new LaunchQueue(time), groups, time);
    private readonly MinuteLimit _launches = new(options.Value.LaunchesPerMinute);
    private bool _isClosed;

    /// <summary>
    /// The client's instance of the app, launched if needed. Every caller waits for the same launch, for the grace
    /// period at most; a caller who goes away gives up only their own waiting.
    /// </summary>
    /// <param name="byPerson">
    /// True for a visit to a page. What a page left open in a browser asks for by itself does not bring back an
    /// instance that was stopped or would not start.
    /// </param>
    public ValueTask<LaunchResult> EnsureAsync(ClientIdentity client, App app, bool byPerson, CancellationToken waiting)
    {
        var key = new InstanceKey(client.Address, app.Slug);
        if (_instances.TryGetValue(key, out var known) && known.Ready is { } ready)
            return new(ready);
        var instance = FindOrBegin(key, client, app, byPerson);
        instance.Link();
        return instance.Launch.IsCompleted ? new(Answer(instance, byPerson)) : new(WaitAsync(instance, byPerson, waiting));
    }

    /// <summary>
    /// Launches the instance ahead of a request, where there is room: not one that failed or that somebody stopped, and in
    /// nobody's place.
    /// </summary>
    public void Anticipate(ClientIdentity client, App app)
    {
        var key = new InstanceKey(client.Address, app.Slug);
        lock (_gate)
        {
            var known = _instances.GetValueOrDefault(key);
            var isLeft = known is null || known.Failure is { Reason: LaunchFailureReason.Idle };
            if (isLeft && !_isClosed && Room.CrowdFor(app, _instances.Values, known, _context.Options, memory.Available()) is null)
                _instances[key] = Instance.Begin(client, app, known, leaving: null, _context);
        }
    }

    /// <summary>Every instance, launches that failed included, oldest first.</summary>
    public IReadOnlyList<InstanceStatus> List() =>
        [.. _instances.Values.Where(IsShown).Select(instance => instance.Status()).OrderBy(status => status.Since)];

    /// <summary>One instance, or null where none was asked for since it was last stopped.</summary>
    public InstanceStatus? Find(InstanceKey key) =>
        _instances.TryGetValue(key, out var instance) && IsShown(instance) ? instance.Status() : null;

    /// <summary>Every instance at this moment.</summary>
    public IReadOnlyCollection<Instance> Instances => [.. _instances.Values];

    /// <summary>How long the instance is kept if nobody does anything. To ask starts nothing, and is no use of it.</summary>
    public IdleStatus IdleOf(InstanceKey key) =>
        _instances.TryGetValue(key, out var instance) ? instance.Idle() : default;

    /// <summary>A person is still at work, though the instance has heard nothing of them: keeps it, if it still runs.</summary>
    public IdleStatus KeepWorking(InstanceKey key)
    {
        if (_instances.TryGetValue(key, out var instance))
            instance.Usage.Touch();
        return IdleOf(key);
    }

    /// <summary>The instances and for whom each was launched, as they were registered then.</summary>
    public IEnumerable<(InstanceKey Key, App App, ClientIdentity Client)> Launched() =>
        _instances.Values.Where(instance => !instance.Gone.IsCompleted).Select(one => (one.Key, one.App, one.Client));

    /// <summary>The last lines of the instance's log, oldest first; empty where there is none.</summary>
    public IReadOnlyList<string> LogTail(InstanceKey key, int lines) =>
        _instances.TryGetValue(key, out var instance) ? instance.Log.Tail(lines) : [];

    /// <summary>Stops the instance, or cancels its launch; returns when it is gone. False where none runs.</summary>
    /// <param name="by">Who asks for it; null for the portal itself.</param>
    /// <param name="told">What people are told who come back to it; null where its own client stops it.</param>
    public Task<bool> StopAsync(InstanceKey key, string reason, ClientIdentity? by = null, LaunchFailure? told = null) =>
        StopAsync(key, reason, new StopRequest(by), told);

    /// <summary>The same for whoever the request names.</summary>
    public async Task<bool> StopAsync(InstanceKey key, string reason, StopRequest by, LaunchFailure? told = null)
    {
        if (!_instances.TryGetValue(key, out var instance) || instance.Gone.IsCompleted)
            return false;
        Stop(instance, reason, told, by);
        await instance.Gone;
        return true;
    }

    /// <summary>Asks the instance to end.</summary>
    /// <param name="failure">What people are told who come back to it, where it is no stop on purpose.</param>
    public void Stop(Instance instance, string reason, LaunchFailure? failure = null, StopRequest by = default)
    {
        if (!instance.IsStopping)
            events.Stopping(instance.Key, reason, by);
        instance.Stop(failure, by.IsRestart);
    }

    /// <summary>Asks an instance to end that nobody uses.</summary>
    public void StopIdle(Instance instance, string reason) => Stop(instance, reason, Idle);

    /// <summary>Stops the instance and launches it anew for the same client. False where none runs.</summary>
    public async Task<bool> RestartAsync(InstanceKey key, string reason, ClientIdentity? by = null)
    {
        if (!_instances.TryGetValue(key, out var instance) || !await StopAsync(key, reason, new StopRequest(by, IsRestart: true)))
            return false;
        _ = FindOrBegin(key, instance.Client, instance.App, byPerson: true);
        return true;
    }

    /// <summary>Forgets a failed launch, so that the next request tries again at once.</summary>
    public void ForgetFailure(InstanceKey key)
    {
        if (!_instances.TryGetValue(key, out var instance) || instance.Failure is null)
            return;
        instance.Breaker.Forgive();

        // The next one must know what it has to wait for.
        if (instance.Gone.IsCompleted)
            _instances.TryRemove(new(key, instance));
    }

    /// <summary>The instance behind <see cref="RunningApp.Authority"/>, if its process is there at this moment.</summary>
    public RunningApp? FindAlive(string authority) => _instances.Values
        .FirstOrDefault(one => one.IsAlive && string.Equals(one.Running?.Authority, authority, StringComparison.Ordinal))
        ?.Running;

    /// <summary>Goes on with what an earlier portal has left running.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var adopted in await adopter.AdoptAsync(cancellationToken))
        {
            var instance = Instance.Continue(adopted, _context);
            _instances[instance.Key] = instance;
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Before the server stops: it waits for requests, and those wait for instances.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => CloseAsync();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await CloseAsync();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _launches.Dispose();
        base.Dispose();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RoundInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var instance in _instances.Values)
                LookAfter(instance);
        }
    }

    /// <summary>True from the moment on in which the portal stops: instances end by that, and none starts.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate) return _isClosed;
        }
    }

    /// <summary>Stops every instance, or leaves those that are ready to the next portal.</summary>
    private async Task CloseAsync()
    {
        lock (_gate)
            _isClosed = true;
        await Task.WhenAll(_instances.Values
            .Where(instance => instance.Ready is null || _context.Options.KeepInstances is not true)
            .Select(instance => StopAsync(instance.Key, "the portal stops")));
    }

    private void LookAfter(Instance instance)
    {
        if (instance.Breaker.MayBeForgotten())
        {
            ForgetFailure(instance.Key);
        }
        else if (instance.Running is not null && instance.Usage.IdleFor() > _context.Options.IdleTimeout)
        {
            StopIdle(instance, "no person has done anything for long");
        }
    }

    private Instance FindOrBegin(InstanceKey key, ClientIdentity client, App app, bool byPerson)
    {
        lock (_gate)
        {
            var known = _instances.GetValueOrDefault(key);
            if (known is not null && IsKept(known, byPerson))
                return known;

            if (_isClosed)
                return _instances[key] = Instance.Refused(client, app, known, Closed, _context);
            if (!_launches.Take(client.Address))
                return _instances[key] = Instance.Refused(client, app, known, TooOften, _context);
            var crowd = Room.CrowdFor(app, _instances.Values, known, _context.Options, memory.Available());
            var leaving = byPerson && crowd is not null ? MakeRoom(key, crowd) : null;
            return _instances[key] = crowd is not null && leaving is null
                ? Instance.Refused(client, app, known, crowd.Failure, _context)
                : Instance.Begin(client, app, known, leaving, _context);
        }
    }

    /// <summary>The instance that has to end for the newcomer, asked to; null where none can.</summary>
    private Instance? MakeRoom(InstanceKey newcomer, Crowd crowd)
    {
        if (Room.LongestIdle(crowd.Instances) is not { } leaving)
            return null;
        events.MakesRoom(leaving.Key, newcomer);
        leaving.Stop(Idle);
        return leaving;
    }

    /// <summary>False where the instance is to be replaced: it died, or was stopped or failed and may be tried again.</summary>
    private static bool IsKept(Instance instance, bool byPerson)
    {
        if (instance.Failure is not null)
            return !byPerson || !instance.Breaker.MayBeRetried();
        if (instance.IsStopping)
            return !byPerson;
        return instance.Running is not null || !instance.Launch.IsCompleted;
    }

    private static LaunchResult Answer(Instance instance, bool byPerson)
    {
        var outcome = instance.Outcome;
        if (byPerson && outcome is LaunchResult.Failed)
            instance.Breaker.Told();
        return outcome;
    }

    private async Task<LaunchResult> WaitAsync(Instance instance, bool byPerson, CancellationToken waiting)
    {
        try
        {
            await instance.Launch.WaitAsync(_context.Options.GracePeriod, time, waiting);
            return Answer(instance, byPerson);
        }
        catch (TimeoutException)
        {
            return new LaunchResult.Starting();
        }
    }

    /// <summary>Not what is over: stopped on purpose, or ended by itself after it had been ready.</summary>
    private static bool IsShown(Instance instance) =>
        instance.Failure is { } failure ? !failure.IsStop : !instance.Gone.IsCompleted;
}
