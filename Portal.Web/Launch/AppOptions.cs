namespace Portal.Web.Launch;

/// <summary>An entry of <c>Portal:Apps</c>, as it is written in the configuration.</summary>
internal sealed class AppOptions
{
    public const string Key = $"{AppsOptions.Section}:{nameof(AppsOptions.Apps)}";

    public string? Slug { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    /// <summary>The script; a relative path starts at the portal's folder.</summary>
    public string? Script { get; init; }

    /// <summary>The interpreter; by default the one of <c>Portal:Launch:Python</c>.</summary>
    public string? Python { get; init; }

    /// <summary>Arguments of the script itself.</summary>
    public IList<string> Arguments { get; init; } = [];

    public IDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Modules to import ahead of its instances, beside those that are found by themselves; see Prefork.</summary>
    public IList<string> Preload { get; init; } = [];

    /// <summary>How many of it may be there at once; by default as many as of all apps.</summary>
    public int? MaxInstances { get; init; }

    /// <summary>Bytes that the kernel lets each instance have at most; by default those of <c>Portal:Launch:MemoryMax</c>.</summary>
    public long? MemoryMax { get; init; }

    /// <summary>The share of each instance in busy processors; by default that of <c>Portal:Launch:CpuWeight</c>.</summary>
    public int? CpuWeight { get; init; }

    /// <summary>The system user that it runs as; by default the one of <c>Portal:Launch:RunAs</c>.</summary>
    public string? RunAs { get; init; }

    /// <summary>Who may open it; by default everyone who is registered.</summary>
    public IList<string> Roles { get; init; } = [];
}
