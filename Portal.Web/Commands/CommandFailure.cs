namespace Portal.Web.Commands;

/// <summary>A command is refused or cannot be done; the message says what to mend, for whoever typed it.</summary>
internal sealed class CommandFailure(string message) : Exception(message);
