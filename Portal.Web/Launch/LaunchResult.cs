namespace Portal.Web.Launch;

/// <summary>What came of asking for an instance: exactly one of the three below.</summary>
internal abstract record LaunchResult
{
    private LaunchResult()
    {
    }

    /// <summary>It runs, and its port is provably its own.</summary>
    internal sealed record Ready(RunningApp App) : LaunchResult;

    /// <summary>It is still being started; ask again.</summary>
    internal sealed record Starting : LaunchResult;

    /// <summary>It does not run, and asking again at once will not start it.</summary>
    internal sealed record Failed(LaunchFailure Failure) : LaunchResult;
}
