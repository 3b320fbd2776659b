using Microsoft.Data.Sqlite;
using Portal.Data.Sqlite;

namespace Portal.Web;

/// <summary>Where the portal's files are. Relative paths of the configuration start at <see cref="Root"/>.</summary>
internal sealed class PortalPaths
{
    public const string ConnectionKey = "ConnectionStrings:Portal";
    public const string DataKey = "Portal:DataDirectory";

    private const string WebFolder = "wwwroot";

    /// <summary>The nearest folder from the program's upwards that holds <c>wwwroot</c>: the published one, or the checkout.</summary>
    public static string Root { get; } = FindRoot();

    public static string WebRoot => Path.Combine(Root, WebFolder);

    private readonly bool _isEmpty;

    public PortalPaths(IConfiguration configuration)
    {
        _isEmpty = configuration[DataKey] is "";
        Data = Absolute(configuration[DataKey] is { Length: > 0 } folder ? folder : "data");
        var connection = new SqliteConnectionStringBuilder(configuration[ConnectionKey]);
        connection.DataSource = connection.DataSource is ":memory:" ? connection.DataSource // which names no file, and is refused as such
            : connection.DataSource.Length > 0 ? Absolute(connection.DataSource.Replace("{DataDirectory}", Data, StringComparison.Ordinal))
            : Path.Combine(Data, "portal.db");
        ConnectionString = connection.ToString();
    }

    /// <summary>Database, logs, keys; nobody else on the machine may read it.</summary>
    public string Data { get; }

    public string Logs => Path.Combine(Data, "logs");

    /// <summary>The sockets of the spawners, and what they learned.</summary>
    public string Prefork => Path.Combine(Data, "prefork");

    public string Keys => Path.Combine(Data, "keys");

    /// <summary>A record of each instance that runs, for the next portal to adopt it.</summary>
    public string Instances => Path.Combine(Data, "instances");

    /// <summary>Where commands reach the portal that runs.</summary>
    public string Control => Path.Combine(Data, "control.sock");

    /// <summary>Names the process of the portal that uses the folder, or that used it last.</summary>
    public string ProcessId => Path.Combine(Data, "portal.pid");

    /// <summary>Held by the portal that uses the folder.</summary>
    public string Lock => Path.Combine(Data, "portal.lock");

    /// <summary>The registry's connection string, its data source absolute.</summary>
    public string ConnectionString { get; }

    public static string Absolute(string path) => Path.GetFullPath(path, Root);

    /// <summary>Returns why the folders cannot be there, in a line; null where they can. Creates nothing.</summary>
    public string? WhyUnfit()
    {
        // An empty variable would otherwise start another registry than the one that is meant.
        if (_isEmpty)
            return $"{DataKey} is empty; name a folder such as /var/lib/portal, or leave the key out.";
        var nearest = Data;
        while (!Path.Exists(nearest) && Path.GetDirectoryName(nearest) is { Length: > 0 } parent)
            nearest = parent;
        var why = File.Exists(nearest) ? $"{nearest} is no folder" : FileRights.WhyNotCreatable(nearest) is { } denied ? $"{nearest}: {denied}" : null;
        return why is null ? null : Complaint(why);
    }

    private string Complaint(string why) =>
        $"{DataKey} is '{Data}', which the portal cannot use: {why.TrimEnd('.')}. It must be a folder of the portal's own, such as /var/lib/portal.";

    /// <summary>Creates the folders with mode 0700, and tightens the one of an earlier installation.</summary>
    public void Create()
    {
        foreach (var folder in new[] { Data, Logs, Prefork, Keys, Instances })
        {
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            try
            {
                Directory.CreateDirectory(folder, OwnerOnly);
                File.SetUnixFileMode(folder, OwnerOnly);
            }
            catch (FileNotFoundException e)
            {
                // A file system that takes no folders, such as /proc.
                throw new StartException(Complaint(e.Message), e);
            }
        }
    }

    private static string FindRoot()
    {
        var program = AppContext.BaseDirectory;
        for (var folder = new DirectoryInfo(program); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, WebFolder)))
                return folder.FullName;
        }

        return program;
    }
}
