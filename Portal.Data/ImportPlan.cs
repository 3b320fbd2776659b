namespace Portal.Data;

/// <summary>What an import would do to the registry, or has done.</summary>
/// <param name="Items">One for each line of the file, in its order.</param>
/// <param name="Errors">What forbids the import as a whole.</param>
/// <param name="Fingerprint">Of what would change; another one when the rows that are touched have changed in between.</param>
/// <param name="Committed">Whether it was done.</param>
public sealed record ImportPlan(
    IReadOnlyList<ImportItem> Items, IReadOnlyList<RegistryError> Errors, string Fingerprint, bool Committed)
{
    /// <summary>How many lines are of that kind.</summary>
    public int Count(ImportKind kind) => Items.Count(item => item.Kind == kind);

    /// <summary>Nothing is refused, and there is something to do.</summary>
    public bool CanCommit =>
        Errors.Count == 0 && Items.All(item => item.Kind != ImportKind.Refused) && Items.Any(item => item.Kind != ImportKind.Unchanged);
}

/// <summary>What becomes of one line.</summary>
/// <param name="Line">Where it stands in the file, from 1.</param>
/// <param name="Network">Canonical, or as it was typed where that is not to be read.</param>
/// <param name="Before">The row as it is registered; null: it is not.</param>
/// <param name="After">The row as it is to be; only to be used where nothing is refused.</param>
/// <param name="Errors">Why it is refused.</param>
public sealed record ImportItem(
    int Line, ImportKind Kind, string Network, RegisteredIpDraft? Before, RegisteredIpDraft After, IReadOnlyList<RegistryError> Errors);

/// <summary>What becomes of a line.</summary>
public enum ImportKind
{
    Refused,
    Added,
    Changed,
    Unchanged,
}
