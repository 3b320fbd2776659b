using System.Buffers.Binary;

namespace Portal.Data.Sqlite;

/// <summary>Represents what the first bytes of a file say about the database in it: https://sqlite.org/fileformat2.html</summary>
/// <param name="HasLog">True where the database keeps a write-ahead log. A copy keeps none before it is opened for the first time.</param>
internal readonly record struct DatabaseHead(bool IsDatabase, bool HasLog, DatabaseIdentity Identity)
{
    public const int Length = 100;

    private const int PlaceOfVersion = 18, PlaceOfUserVersion = 60, PlaceOfApplication = 68;

    public DatabaseHead(ReadOnlySpan<byte> bytes)
        : this(
            bytes.StartsWith("SQLite format 3\0"u8),
            bytes[PlaceOfVersion] is 2,
            new(BinaryPrimitives.ReadInt32BigEndian(bytes[PlaceOfApplication..]), BinaryPrimitives.ReadInt32BigEndian(bytes[PlaceOfUserVersion..])))
    {
    }

    /// <summary>Reads it. Not for a file that this process has open: closing it would drop SQLite's locks.</summary>
    public static DatabaseHead Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var head = new byte[Length];
        return file.ReadAtLeast(head, Length, throwOnEndOfStream: false) < Length ? default : new(head);
    }
}
