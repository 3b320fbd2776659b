namespace Portal.Web.Launch.Processes;

/// <summary>What the kernel holds an instance to by its control group.</summary>
/// <param name="MemoryMax">Bytes of memory, with what it has caused to be cached; null for any number.</param>
/// <param name="CpuWeight">Its share of busy processors, 1 to 10,000, where others have 100; null for that.</param>
public sealed record GroupLimits(long? MemoryMax, int? CpuWeight)
{
    /// <summary>Less, and no Streamlit starts.</summary>
    private const long LeastMemory = 64L * 1024 * 1024;

    /// <summary>True where there is nothing to hold it to.</summary>
    public bool IsNone => MemoryMax is null && CpuWeight is null;

    /// <summary>True for what may be set.</summary>
    public static bool IsMemoryMax(long? bytes) => bytes is null or >= LeastMemory;

    /// <summary>True for what may be set; the kernel's own bounds.</summary>
    public static bool IsCpuWeight(int? weight) => weight is null or (>= 1 and <= 10_000);

    /// <summary>The controllers that are needed.</summary>
    internal IEnumerable<string> Controllers
    {
        get
        {
            if (MemoryMax is not null)
                yield return "memory";
            if (CpuWeight is not null)
                yield return "cpu";
        }
    }
}
