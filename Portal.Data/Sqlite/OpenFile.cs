using Microsoft.Win32.SafeHandles;

namespace Portal.Data.Sqlite;

/// <summary>Represents a file that this process has open, by a descriptor of SQLite's.</summary>
/// <param name="HasName">False where it was removed, and is there only for as long as it is open.</param>
internal readonly record struct OpenFile(int Descriptor, bool HasName)
{
    /// <summary>
    /// Reads the head of the file by that descriptor. To open the file and close it would drop SQLite's locks
    /// (https://sqlite.org/howtocorrupt.html, 2.2).
    /// </summary>
    public DatabaseHead ReadHead()
    {
        using var handle = new SafeFileHandle(Descriptor, ownsHandle: false);
        var head = new byte[DatabaseHead.Length];
        return RandomAccess.Read(handle, head, fileOffset: 0) < head.Length ? default : new(head);
    }
}
