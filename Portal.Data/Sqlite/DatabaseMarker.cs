namespace Portal.Data.Sqlite;

/// <summary>
/// Remembers in the data directory that it has had a database, and which: a database that is gone must not be replaced by an empty
/// one. Its name differs from the database's, so that <c>mv portal.db*</c> leaves it in place.
/// </summary>
internal sealed class DatabaseMarker(string folder)
{
    private static readonly string[] Used = ["instances", "logs"];

    public string Path { get; } = System.IO.Path.Combine(folder, "registry.id");

    public bool Exists => File.Exists(Path);

    /// <summary>Returns <see cref="DatabaseIdentity.None"/> where there is no marker, or one that cannot be read.</summary>
    public DatabaseIdentity Read() => Exists ? DatabaseIdentity.Parse(File.ReadAllText(Path)) : DatabaseIdentity.None;

    /// <summary>Writes it; after a loss of power it is there as a whole or not at all.</summary>
    public void Write(DatabaseIdentity identity)
    {
        if (Read() == identity) return;
        var partial = Path + ".partial";
        using (var file = DatabaseFile.CreatePrivate(partial, FileMode.Create))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(identity + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, Path, overwrite: true);
    }

    /// <summary>
    /// Returns what shows that the folder was used: the marker, or files that a portal from before there were markers leaves behind.
    /// Null where nothing does.
    /// </summary>
    public string? FindTrace() =>
        Exists ? Path
        : Used.Select(name => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(used => Directory.Exists(used) && Directory.EnumerateFileSystemEntries(used).Any());
}
