using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>A user of this machine, as passwd(5) has it.</summary>
/// <param name="Home">The user's folder, which need not be there.</param>
public sealed record SystemUser(string Name, int Id, int GroupId, string Home)
{
    private const string Users = "/etc/passwd";

    /// <summary>
    /// What stands before a command to run it as that user and without any right beyond: no group of ours, no capability, and
    /// none gained by running a program; setpriv(1), which becomes the command and so keeps the process id.
    /// </summary>
    internal IEnumerable<string> Command =>
    [
        "setpriv", $"--reuid={Id.ToString(CultureInfo.InvariantCulture)}", $"--regid={GroupId.ToString(CultureInfo.InvariantCulture)}",
        "--init-groups", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--",
    ];

    /// <summary>The user of that name or number; null where there is none.</summary>
    internal static SystemUser? Find(string nameOrNumber) =>
        All().FirstOrDefault(user => string.Equals(user.Name, nameOrNumber, StringComparison.Ordinal))
        ?? (int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Find(id) : null);

    /// <inheritdoc cref="Find(string)"/>
    internal static SystemUser? Find(int id) => All().FirstOrDefault(user => user.Id == id);

    /// <summary>Why instances cannot run as that user, in the words that follow the key; null where they can.</summary>
    internal static string? WhyUnfit(string nameOrNumber) => Find(nameOrNumber) switch
    {
        null => $"is '{nameOrNumber}', and {Users} has no such user; make one (useradd --system), or name another.",
        { Id: 0 } => $"is '{nameOrNumber}', who may do everything; name a user of the apps' own.",
        { Id: var id } when id == Posix.UserId => $"is '{nameOrNumber}', whom the portal runs as; name a user of the apps' own, or leave it out.",
        _ => null,
    };

    private static IEnumerable<SystemUser> All() => File.ReadLines(Users).Select(Read).OfType<SystemUser>();

    private static SystemUser? Read(string line) =>
        line.Split(':') is [var name, _, var user, var group, _, var home, ..]
        && int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var groupId)
            ? new SystemUser(name, id, groupId, home)
            : null;
}
