using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>Finds all that is to be mended in what an admin typed, and puts it into its canonical form.</summary>
internal static class DraftCheck
{
    private const int MinPort = 1024;
    private const int MaxPort = 65535;

    /// <param name="current">The row that the draft is to replace; null: a new one.</param>
    /// <returns>The draft in canonical form, to be used only when there are no errors.</returns>
    public static async Task<(RegisteredIpDraft Canonical, List<RegistryError> Errors)> CheckAsync(
        PortalDbContext context,
        RegisteredIpDraft draft,
        RegisteredIp? current,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (canonical, errors) = Check(draft);
        var id = current?.Id ?? 0;

        if (errors.TrueForAll(error => error.Field is not nameof(draft.Network))
            && await context.RegisteredIps.AsNoTracking()
                .FirstOrDefaultAsync(r => r.Network == canonical.Network && r.Id != id, cancellationToken) is { } holder)
            errors.Add(new(nameof(draft.Network), RegistryErrorCode.NetworkTaken, holder.Label));

        if (errors.TrueForAll(error => error.Code != RegistryErrorCode.PortOutOfRange)
            && draft.Port is { } port
            && await context.RegisteredIps.AsNoTracking()
                .FirstOrDefaultAsync(r => r.Port == port && r.Id != id, cancellationToken) is { } owner)
            errors.Add(new(nameof(draft.Port), RegistryErrorCode.PortTaken, owner.Network));

        // A row that has expired can still be relabelled: only a new moment must lie ahead.
        if (draft.ExpiresAt <= now && draft.ExpiresAt != current?.ExpiresAt)
            errors.Add(new(nameof(draft.ExpiresAt), RegistryErrorCode.ExpiryInPast));

        return (canonical, errors);
    }

    /// <summary>What can be told without the rest of the registry and the time.</summary>
    /// <returns>The draft in canonical form, to be used only when there are no errors.</returns>
    public static (RegisteredIpDraft Canonical, List<RegistryError> Errors) Check(RegisteredIpDraft draft)
    {
        var errors = new List<RegistryError>();
        var parsed = NetworkNotation.TryParse(draft.Network, out var network, out var error, out var suggestion);
        if (!parsed) errors.Add(new(nameof(draft.Network), error, suggestion));

        if (!Enum.IsDefined(draft.Role)) errors.Add(new(nameof(draft.Role), RegistryErrorCode.RoleInvalid));

        if (draft.Port is < MinPort or > MaxPort) errors.Add(new(nameof(draft.Port), RegistryErrorCode.PortOutOfRange));
        if (draft.Port is not null && parsed && !NetworkNotation.IsSingleAddress(network))
            errors.Add(new(nameof(draft.Port), RegistryErrorCode.PortOnNetwork));

        var label = LabelText.Clean(draft.Label);
        if (label.Length > LabelText.MaxLength) errors.Add(new(nameof(draft.Label), RegistryErrorCode.LabelTooLong));
        if (!LabelText.IsPlain(label)) errors.Add(new(nameof(draft.Label), RegistryErrorCode.LabelInvalid));

        var notes = LabelText.CleanLines(draft.Notes);
        if (notes.Length > LabelText.MaxNotes) errors.Add(new(nameof(draft.Notes), RegistryErrorCode.NotesTooLong));
        if (!LabelText.ArePlainLines(notes)) errors.Add(new(nameof(draft.Notes), RegistryErrorCode.NotesInvalid));

        return (
            draft with
            {
                Network = parsed ? NetworkNotation.Format(network) : draft.Network,
                Label = label,
                Notes = notes,
                ExpiresAt = draft.ExpiresAt?.ToUniversalTime(),
            },
            errors);
    }

    /// <summary>
    /// The same for a write that the database refused: the checks above and the write are one transaction, yet a row
    /// that was typed into the database by hand, in another notation, has the same key and another text.
    /// </summary>
    public static RegistryError FromConstraint(string message) =>
        message.Contains($".{nameof(RegisteredIp.Port)}", StringComparison.Ordinal)
            ? new(nameof(RegisteredIpDraft.Port), RegistryErrorCode.PortTaken)
            : new(nameof(RegisteredIpDraft.Network), RegistryErrorCode.NetworkTaken);
}
