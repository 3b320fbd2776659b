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

    /// <summary>How long a request is held while its instance starts, before it is answered with 503.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an instance may take to be ready.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an instance is kept while no person does anything; a page that is merely open does not count.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long before that stop an open page says so, if nobody does anything; zero for never.</summary>
    public TimeSpan IdleNotice { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><see cref="IdleNotice"/>, yet at most half of <see cref="IdleTimeout"/>: who is at work is seldom asked.</summary>
    public TimeSpan NoticeBeforeStop => TimeSpan.FromTicks(Math.Min(IdleNotice.Ticks, IdleTimeout.Ticks / 2));

    /// <summary>How long an instance may take to end after TERM, before its whole tree gets KILL.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int MaxInstances { get; init; } = 100;

    /// <summary>
    /// True to leave the instances running when the portal stops, for the next one to adopt. By default in production,
    /// and not elsewhere.
    /// </summary>
    public bool? KeepInstances { get; set; }

    /// <summary>Bytes of an instance's log that are kept; the older half is in a file beside it.</summary>
    public long MaxLogSize { get; init; } = 10 * 1024 * 1024;
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
