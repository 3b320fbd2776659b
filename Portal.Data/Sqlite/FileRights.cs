using System.Runtime.InteropServices;

namespace Portal.Data.Sqlite;

/// <summary>Asks the system what this user may do with a file, without doing it.</summary>
public static partial class FileRights
{
    private const int Execute = 1, Write = 2, Read = 4;

    /// <summary>Returns null where the file can be read and written, else why it cannot.</summary>
    public static string? WhyNotWritable(string file) => WhyNot(file, Read | Write);

    /// <summary>Returns null where files can be created in the folder, else why they cannot.</summary>
    public static string? WhyNotCreatable(string folder) => WhyNot(folder, Write | Execute);

    private static string? WhyNot(string path, int mode) =>
        Access(path, mode) is 0 ? null : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Access(string path, int mode);
}
