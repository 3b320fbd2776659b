namespace Portal.Web.Launch;

/// <summary>Some of what an app wrote, as text to be shown; see <see cref="LogText"/>.</summary>
/// <param name="Start">Where it begins in the file, in bytes.</param>
/// <param name="End">Where its whole lines end in the file: from there on to be read next.</param>
/// <param name="Text">Whole lines.</param>
/// <param name="Rest">A line that was not finished; read again with what follows.</param>
/// <param name="IsAnew">True where the file was emptied since, so that the text is from its beginning.</param>
internal sealed record LogPart(long Start, long End, string Text, string Rest, bool IsAnew = false)
{
    public static LogPart Empty { get; } = new(0, 0, "", "");
}
