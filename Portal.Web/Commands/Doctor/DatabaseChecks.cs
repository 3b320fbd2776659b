using Portal.Data;
using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Ports;

namespace Portal.Web.Commands.Doctor;

/// <summary>The database, and what it says: an admin there, the clock not behind, registered ports not taken.</summary>
/// <param name="isConfigured">False where the configuration has to be mended first.</param>
internal sealed class DatabaseChecks(CommandRun run, bool isConfigured)
{
    private const string Database = "database", Clock = "clock", Ports = "ports";
    private const int OldestYear = 2025, NewestYear = 2100;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public async IAsyncEnumerable<Finding> ExamineAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DatabaseInspection? found = null;
        Finding? broken = null;
        try
        {
            found = await DatabaseInspection.CreateAsync(run.Paths.ConnectionString, run.Paths.Data, cancellationToken);
        }
        catch (PortalDatabaseException e)
        {
            broken = Finding.Problem(Database, e.Message, "the message says what to do");
        }

        yield return broken ?? Finding.Fine(Database, found is null ? "there is none yet; the first start makes it" : "sound, and can be written");
        using var database = found;
        if (database is null)
        {
            yield return Year();
            yield break;
        }

        var pending = database.Pending;
        yield return pending.Count is 0
            ? Finding.Fine("migrations", "none is pending")
            : Finding.Warning("migrations", $"pending: {string.Join(", ", pending)}", "start (or restart) the portal: it keeps a copy, and applies them");
        if (pending.Count > 0)
            yield break;

        yield return await ClockAsync(database, cancellationToken);
        var rows = await new RegisteredIpStore(database, run.Time).AllAsync(cancellationToken);
        yield return Admin(rows);
        if (isConfigured)
        {
            foreach (var finding in RegisteredPorts(rows))
                yield return finding;
        }
    }

    private Finding Year()
    {
        var now = run.Time.GetUtcNow();
        return now.Year is >= OldestYear and <= NewestYear
            ? Finding.Fine(Clock, run.Say(now))
            : Finding.Problem(Clock, $"it is {run.Say(now)}, says the server", "set the clock: timedatectl set-ntp true");
    }

    private async Task<Finding> ClockAsync(DatabaseInspection database, CancellationToken cancellationToken)
    {
        var now = run.Time.GetUtcNow();
        var newest = await new AuditStore(database).ListAsync(new AuditFilter(), null, null, 1, cancellationToken);
        return newest.Items is [var last] && last.At > now + Tolerance
            ? Finding.Problem(
                Clock, $"it is {run.Say(now)}, and the newest entry of the record is of {run.Say(last.At)}",
                "set the clock: timedatectl set-ntp true; while it is behind, registrations expire too late")
            : Year();
    }

    private Finding Admin(IReadOnlyList<RegisteredIp> rows)
    {
        var now = run.Time.GetUtcNow();
        var admins = rows.Count(row => row.Role is Role.Admin && row.IsActive(now));
        return admins > 0
            ? Finding.Fine("registry", FormattableString.Invariant($"{rows.Count} registrations, {admins} of them of active admins"))
            : Finding.Problem("registry", "no active admin is registered", "portal registry add ADDRESS --role admin");
    }

    private List<Finding> RegisteredPorts(IReadOnlyList<RegisteredIp> rows)
    {
        var ours = Directory.Exists(run.Paths.Instances)
            ? run.Service<InstanceRecords>().Peek().Where(record => record.IsProvablyOurs()).ToList()
            : [];
        var listening = PortListener.AllPorts();
        var taken = rows.Where(row => row.Port is { } port && listening.Contains(port))
            .SelectMany(row => PortListener.On(row.Port.GetValueOrDefault()).Take(1).Select(listener => (Row: row, Listener: listener)))
            .Where(one => !ours.Exists(record => one.Listener.BelongsTo(record.ProcessId)))
            .Select(one => Finding.Problem(
                Ports, FormattableString.Invariant($"port {one.Row.Port} is registered for {one.Row.Network}, and {one.Listener.DescribeOwner()} listens on it"),
                $"end that program, or: portal registry set {one.Row.Network} --no-port"))
            .ToList();
        return taken.Count > 0 ? taken : [Finding.Fine(Ports, "no registered port is taken by a stranger")];
    }
}
