namespace Portal.Data;

/// <summary>A row of the registry as a file names it.</summary>
/// <param name="Line">Where it stands in the file, from 1.</param>
/// <param name="Draft">As it was read, not yet checked.</param>
/// <param name="Given">
/// The properties of <see cref="RegisteredIpDraft"/> that the file speaks of. Of a row that is registered already the others stay.
/// </param>
/// <param name="Errors">What could not be read.</param>
public sealed record ImportLine(
    int Line, RegisteredIpDraft Draft, IReadOnlySet<string> Given, IReadOnlyList<RegistryError> Errors);
