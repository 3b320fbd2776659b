namespace Portal.Web;

/// <summary>The portal cannot start for a reason that an operator can change.</summary>
/// <param name="message">A line with the key, its value and an example.</param>
internal sealed class StartException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True where it may go well a moment later without anybody's doing.</summary>
    public bool IsPassing { get; init; }
}
