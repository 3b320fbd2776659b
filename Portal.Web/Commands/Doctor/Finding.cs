namespace Portal.Web.Commands.Doctor;

/// <summary>What was found out about one thing.</summary>
/// <param name="Check">The thing.</param>
/// <param name="Mend">What to do about it; empty where nothing is to be done.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string Mend = "")
{
    public static Finding Fine(string check, string text) => new(check, FindingLevel.Ok, text);

    public static Finding Warning(string check, string text, string mend) => new(check, FindingLevel.Warning, text, mend);

    public static Finding Problem(string check, string text, string mend) => new(check, FindingLevel.Problem, text, mend);
}

/// <summary>How bad it is.</summary>
internal enum FindingLevel
{
    Ok,

    /// <summary>It works, and may not for long or not as it should.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Problem,
}
