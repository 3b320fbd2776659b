using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>
/// Adds and changes many rows inside one transaction. Each line is checked as a draft is, against the registry as it
/// will be after the whole import, so that two rows can exchange their ports. Rows that the file does not name stay.
/// </summary>
internal sealed class RegistryImport(PortalDbContext context, RowChange change)
{
    private readonly Dictionary<string, RegisteredIp> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _networks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _firstLines = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _ports = [];

    /// <summary>What the lines ask for, and what of it is refused. Nothing is written: to look at 60,000 lines costs no 60,000 rows.</summary>
    public async Task<ImportPlan> PlanAsync(IReadOnlyList<ImportLine> lines, CancellationToken cancellationToken)
    {
        await foreach (var row in context.RegisteredIps.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            _rows[row.NetworkKey] = row;
            _networks[row.NetworkKey] = row.Network;
        }

        var read = lines.Select(line => (Line: line, Key: KeyOf(line))).ToList();
        TakePorts(read);

        List<ImportItem> items = [.. read.Select(one => Check(one.Line, one.Key))];
        return new ImportPlan(items, [], FingerprintOf(items), Committed: false);
    }

    /// <summary>The registry as a plan would leave it, as far as it decides who is admitted.</summary>
    public List<RegisteredIp> After(ImportPlan plan)
    {
        var changed = plan.Items.Where(item => item.Kind is ImportKind.Changed).ToDictionary(item => RowOf(item).Id);
        return
        [
            .. _rows.Values.Select(row => changed.TryGetValue(row.Id, out var item) ? Decisive(row.Id, item.After) : row),
            .. plan.Items.Where(item => item.Kind is ImportKind.Added).Select(item => Decisive(0, item.After)),
        ];
    }

    /// <summary>By what the line's row is known; null where its network is not to be read.</summary>
    private string? KeyOf(ImportLine line)
    {
        if (!NetworkNotation.TryParse(line.Draft.Network, out var network)) return null;
        var canonical = NetworkNotation.Format(network);
        var key = NetworkNotation.SortKey(canonical);
        _networks.TryAdd(key, canonical);
        return key;
    }

    /// <summary>Whose each port will be: the file's word counts before the registry's, the first line's before the next.</summary>
    private void TakePorts(List<(ImportLine Line, string? Key)> read)
    {
        var settled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, key) in read)
        {
            if (key is null || !line.Given.Contains(nameof(RegisteredIpDraft.Port)) || !settled.Add(key)) continue;
            if (line.Draft.Port is { } port) _ports.TryAdd(port, key);
        }

        foreach (var (key, row) in _rows)
        {
            if (row.Port is { } port && !settled.Contains(key)) _ports.TryAdd(port, key);
        }
    }

    private ImportItem Check(ImportLine line, string? key)
    {
        if (line.Errors.Any(error => error.Field.Length == 0))
            return new(line.Line, ImportKind.Refused, line.Draft.Network ?? "", null, line.Draft, line.Errors);

        var row = key is null ? null : _rows.GetValueOrDefault(key);
        var before = row is null ? null : DraftOf(row);

        // What has expired may come in: it admits nobody, and a file that was exported is read again as a whole.
        var (after, found) = DraftCheck.Check(Complete(line, before));
        List<RegistryError> errors = [.. line.Errors];
        errors.AddRange(found.Where(error => line.Errors.All(known => !string.Equals(known.Field, error.Field, StringComparison.Ordinal)))
            .Select(error => error with { Value = ValueOf(error.Field, line.Draft) }));

        if (key is not null && !_firstLines.TryAdd(key, line.Line))
            errors.Add(new(nameof(RegisteredIpDraft.Network), RegistryErrorCode.NetworkTwice, Text(_firstLines[key]), line.Draft.Network));
        if (key is not null && after.Port is { } port && _ports.TryGetValue(port, out var owner) && !string.Equals(owner, key, StringComparison.Ordinal))
            errors.Add(new(nameof(RegisteredIpDraft.Port), RegistryErrorCode.PortTaken, _networks[owner], Text(port)));

        var kind = errors.Count > 0 ? ImportKind.Refused
            : before is null ? ImportKind.Added
            : before == after ? ImportKind.Unchanged
            : ImportKind.Changed;
        return new(line.Line, kind, after.Network ?? "", before, after, errors);
    }

    /// <summary>The draft, with what the file does not speak of as it is registered.</summary>
    private static RegisteredIpDraft Complete(ImportLine line, RegisteredIpDraft? before)
    {
        var draft = line.Draft;
        return before is null ? draft : before with
        {
            Role = line.Given.Contains(nameof(draft.Role)) ? draft.Role : before.Role,
            Port = line.Given.Contains(nameof(draft.Port)) ? draft.Port : before.Port,
            Label = line.Given.Contains(nameof(draft.Label)) ? draft.Label : before.Label,
            Notes = line.Given.Contains(nameof(draft.Notes)) ? draft.Notes : before.Notes,
            Enabled = line.Given.Contains(nameof(draft.Enabled)) ? draft.Enabled : before.Enabled,
            ExpiresAt = line.Given.Contains(nameof(draft.ExpiresAt)) ? draft.ExpiresAt?.ToUniversalTime() : before.ExpiresAt,
        };
    }

    /// <summary>Saves what was planned. The transaction is the caller's to end.</summary>
    public async Task SaveAsync(ImportPlan plan, CancellationToken cancellationToken)
    {
        var items = plan.Items;
        var record = new List<AuditEntry>();
        var changed = items.Where(item => item.Kind is ImportKind.Changed).ToList();
        var moved = changed.Where(item => item.Before?.Port is not null && item.Before.Port != item.After.Port).ToList();
        foreach (var item in changed)
            record.Add(change.Apply(RowOf(item), item.After));
        var added = new List<RegisteredIp>();
        foreach (var item in items.Where(item => item.Kind is ImportKind.Added))
        {
            var (row, entry) = change.New(item.After);
            added.Add(row);
            record.Add(entry);
        }

        // A port is unique at every moment: those that move are let go of first.
        foreach (var ids in moved.Select(item => RowOf(item).Id).Chunk(500))
            await context.RegisteredIps.Where(r => ids.Contains(r.Id)).ExecuteUpdateAsync(set => set.SetProperty(r => r.Port, (int?)null), cancellationToken);
        await context.UpdateAsync(changed.Select(RowOf), cancellationToken);
        await context.InsertAsync(added, cancellationToken);
        await context.InsertAsync(record, cancellationToken);
    }

    private string FingerprintOf(List<ImportItem> items)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
        {
            var version = item.Before is null ? Guid.Empty : RowOf(item).Version;
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new { item.Kind, Version = version, item.After }));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private RegisteredIp RowOf(ImportItem item) => _rows[NetworkNotation.SortKey(item.Network)];

    /// <summary>A long text is known by its field.</summary>
    private static string? ValueOf(string field, RegisteredIpDraft draft) => field switch
    {
        nameof(draft.Network) => draft.Network,
        nameof(draft.Port) => draft.Port is { } port ? Text(port) : null,
        _ => null,
    };

    private static RegisteredIp Decisive(int id, RegisteredIpDraft draft) => new()
    {
        Id = id,
        Network = draft.Network ?? "",
        Role = draft.Role,
        Enabled = draft.Enabled,
        ExpiresAt = draft.ExpiresAt,
    };

    private static RegisteredIpDraft DraftOf(RegisteredIp row) =>
        new(row.Network, row.Role, row.Port, row.Label, row.Enabled, row.ExpiresAt, row.Notes);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
