namespace Portal.Web.Launch;

/// <summary>Section <c>Portal:Launch</c>.</summary>
internal sealed class LaunchOptions
{
    public const string Section = "Portal:Launch";

    public LaunchMode Mode { get; init; } = LaunchMode.Auto;

    /// <summary>First and last port for instances without a registered one, <c>8501-8999</c>.</summary>
    public string PortRange { get; init; } = "8501-8999";

    /// <summary>The interpreter of apps that name none: a path, or a name looked up in PATH.</summary>
    public string Python { get; init; } = "python3";

    /// <summary>The system user that instances run as, by name or number; empty for the portal's own.</summary>
    public string RunAs { get; init; } = "";

    /// <summary>How long a request is held while its instance starts, before it is answered with 503.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an instance may take to be ready.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an instance is kept while no person does anything; a page that is merely open does not count.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after a person's last act the work of their app still counts as theirs; zero for not at all.</summary>
    public TimeSpan MaxBusyTime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long before that stop an open page says so, if nobody does anything; zero for never.</summary>
    public TimeSpan IdleNotice { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><see cref="IdleNotice"/>, yet at most half of <see cref="IdleTimeout"/>: who is at work is seldom asked.</summary>
    public TimeSpan NoticeBeforeStop => TimeSpan.FromTicks(Math.Min(IdleNotice.Ticks, IdleTimeout.Ticks / 2));

    /// <summary>How long an instance may take to end after TERM, before its whole tree gets KILL.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many may be there at once, of all apps.</summary>
    public int MaxInstances { get; init; } = 100;

    /// <summary>Instances that one address may have started within a minute; 0 for any number.</summary>
    public int LaunchesPerMinute { get; init; } = 30;

    /// <summary>
    /// Private bytes from which on an instance is stopped as soon as nobody has a session in it; by default none.
    /// </summary>
    public long? MemorySoftLimit { get; init; }

    /// <summary>Private bytes over which an instance is stopped at once; by default none.</summary>
    public long? MemoryHardLimit { get; init; }

    /// <summary>Bytes that the kernel lets an instance have at most, cached files included; by default any number.</summary>
    public long? MemoryMax { get; init; }

    /// <summary>The share of an instance in busy processors, where 100 is usual; by default that.</summary>
    public int? CpuWeight { get; init; }

    /// <summary>
    /// Bytes that stay available on the host, or in the portal's control group: below it nothing is launched and the
    /// longest idle instances are stopped. 0 for none.
    /// </summary>
    public long MemoryReserve { get; init; } = 256 * 1024 * 1024;

    /// <summary>Files and sockets that an instance may hold open; 0 leaves it to the system.</summary>
    public int MaxOpenFiles { get; init; } = 4096;

    /// <summary>
    /// Processes and threads that the instances' user may have in all for an instance to be allowed another; 0 leaves it to
    /// the system. Root is never limited.
    /// </summary>
    public int MaxProcesses { get; init; } = 8192;

    /// <summary>How often a running instance is asked for its health; after twice that without an answer it counts as silent.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an instance may leave questions unanswered before it counts as silent.</summary>
    public TimeSpan Silence => 2 * HealthInterval;

    /// <summary>
    /// True to leave the instances running when the portal stops, for the next one to adopt. By default in production,
    /// and not elsewhere.
    /// </summary>
    public bool? KeepInstances { get; set; }

    /// <summary>True to launch the app that a client uses most while they look at the home page.</summary>
    public bool Anticipate { get; init; }

    /// <summary>How long it is known who used which app on which day.</summary>
    public TimeSpan UsageRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Bytes of an instance's log that are kept; the older half is in a file beside it.</summary>
    public long MaxLogSize { get; init; } = 10 * 1024 * 1024;

    /// <summary>How long the log of an instance that has ended is kept.</summary>
    public TimeSpan LogRetention { get; init; } = TimeSpan.FromDays(14);
}

/// <summary>How instances are started.</summary>
internal enum LaunchMode
{
    /// <summary>Prefork where it works, else direct; the log says why.</summary>
    Auto,

    /// <summary>Forked from a process that has Streamlit imported already.</summary>
    Prefork,

    /// <summary><c>python -m streamlit run</c>, anew each time.</summary>
    Direct,
}
