using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Portal.Web.Launch;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Commands.Doctor;

/// <summary>Apps that run as another user: whether they can, and what else that user gets at. Tried as that user.</summary>
/// <param name="portal">The process of the portal that runs.</param>
internal sealed class RunAsChecks(CommandRun run, int? portal)
{
    private const string User = "apps' user", Ports = "instances";
    private const int Refused = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        var catalog = run.Service<AppCatalog>();
        if (catalog.Users.Count is 0)
        {
            return
            [
                Finding.Warning(User, "apps run as the portal's own user, and can read all that it can",
                    $"give them one of their own: {LaunchOptions.Section}:{nameof(LaunchOptions.RunAs)}"),
            ];
        }

        if (portal is { } process && Capabilities.MissingOf(process) is { Count: > 0 } lacking)
            return [Finding.Problem(User, $"the portal that runs lacks {string.Join(", ", lacking)}", "restart it; at its start it says what to set")];
        if (Capabilities.MissingOf() is { Count: > 0 } missing)
        {
            return
            [
                Finding.Warning(User, $"this command cannot try what {Names(catalog)} may, as it lacks {string.Join(", ", missing)}",
                    "give them to the command too: docs/operations.md, Apps as another user"),
            ];
        }

        var findings = new List<Finding>();
        foreach (var app in catalog.All.Where(app => app.RunAs is not null))
            findings.Add(await AppAsync(app, cancellationToken));
        foreach (var user in catalog.Users)
            findings.Add(await DataAsync(user, cancellationToken));
        findings.Add(await PortAsync(catalog.All.First(app => app.RunAs is not null), cancellationToken));
        return findings;
    }

    private static Finding Untried =>
        Finding.Warning(Ports, "it could not be tried who can connect to them", "mend what was found before, and try again");

    private static string Names(AppCatalog catalog) => string.Join(", ", catalog.Users.Select(user => user.Name));

    private async Task<Finding> AppAsync(App app, CancellationToken cancellationToken)
    {
        var user = app.RunAs ?? throw new ArgumentException("Only for an app of another user.", nameof(app));
        var folder = StreamlitCommand.FolderOf(app);
        return await CanAsync(user, ["test", "-r", app.Script, "-a", "-r", folder, "-a", "-x", folder], cancellationToken)
            ? Finding.Fine(User, $"{app.Slug}: runs as {user.Name}, who can read {folder}")
            : Finding.Problem(
                User, $"{app.Slug}: runs as {user.Name}, who cannot read {app.Script}",
                $"let that user read the folder: chmod -R o+rX {folder}, and o+x those above");
    }

    private async Task<Finding> DataAsync(SystemUser user, CancellationToken cancellationToken) =>
        await CanAsync(user, ["test", "-r", run.Paths.Data, "-o", "-x", run.Paths.Data], cancellationToken)
            ? Finding.Problem(User, $"{user.Name} gets into {run.Paths.Data}", $"chmod 700 {run.Paths.Data}")
            : Finding.Fine(User, $"{user.Name} does not get into {run.Paths.Data}");

    /// <summary>Whether the packet filter keeps others than the portal from what listens on a port of instances.</summary>
    private async Task<Finding> PortAsync(App app, CancellationToken cancellationToken)
    {
        const string Mend = "load the packet filter: docs/operations.md, Other users of the server";
        var taken = PortListener.AllPorts();
        _ = PortRange.TryParse(run.Service<IOptions<LaunchOptions>>().Value.PortRange, out var range);
        var free = Enumerable.Range(range.First, range.Count).FirstOrDefault(port => !taken.Contains(port));
        if (free is 0)
            return Untried;
        using var listener = new TcpListener(IPAddress.Loopback, free);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            return Untried; // an instance took it in between
        }

        var connect = FormattableString.Invariant(
            $"import socket, sys; sys.exit({Refused} if socket.socket().connect_ex(('127.0.0.1', {free})) else 0)");
        var answer = await StreamlitCommand.Question(app, null, "-c", connect).AskAsync(Limit, run.Time, cancellationToken);
        return answer.ExitCode switch
        {
            0 => Finding.Warning(Ports, "every user of this machine, and so every app, can connect to them, past the portal", Mend),
            Refused => Finding.Fine(Ports, "only the portal can connect to them"),
            _ => Untried,
        };
    }

    private async Task<bool> CanAsync(SystemUser user, IEnumerable<string> words, CancellationToken cancellationToken)
    {
        var path = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" };
        var answer = await ClosedCommand.Of([.. user.Command, .. words], path).AskAsync(Limit, run.Time, cancellationToken);
        return answer.ExitCode is 0;
    }
}
