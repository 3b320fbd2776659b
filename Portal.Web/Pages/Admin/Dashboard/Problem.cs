namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>Something that needs a hand.</summary>
/// <param name="Subject">What it is about: an instance, an app, a folder.</param>
/// <param name="Detail">More of it, in English, as the log has it; may be empty.</param>
/// <param name="Mend">The address where it is mended or looked into; null where that is not in the portal.</param>
public sealed record Problem(ProblemKind Kind, string Subject, string Detail, string? Mend);

/// <summary>The kinds of problems that are told apart, the worst first.</summary>
public enum ProblemKind
{
    /// <summary>Nothing can be changed, and nothing goes on record.</summary>
    DatabaseNotWritable,

    /// <summary>Logs, database or uploads will soon find no room.</summary>
    DiskNearlyFull,

    /// <summary>The script or the interpreter of an app is not there.</summary>
    AppMissing,

    /// <summary>A stranger holds the port that is registered for a client.</summary>
    PortTaken,

    /// <summary>A launch failed, or the app keeps crashing; it is tried less and less often.</summary>
    KeepsFailing,

    /// <summary>Instances are started anew each time, which is slower and takes more memory.</summary>
    NotForked,
}
