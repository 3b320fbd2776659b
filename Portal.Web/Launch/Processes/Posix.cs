using System.Runtime.InteropServices;

namespace Portal.Web.Launch.Processes;

/// <summary>System calls that .NET does not offer, and numbers of the system's.</summary>
internal static partial class Posix
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>What <see cref="IOException"/> has for its <see cref="Exception.HResult"/> when a disk is full; errno(3).</summary>
    public const int NoSpace = 28;

    /// <summary>The same, when the user may have no more of the disk.</summary>
    public const int OverQuota = 122;

    /// <summary>The same, when the disk can only be read.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>The same, when this process has as many files open as it may.</summary>
    public const int TooManyFiles = 24;

    /// <summary>The same, when all processes together have.</summary>
    public const int TooManyFilesInAll = 23;

    /// <summary>kill(2). A negative id means the process group. Nothing to signal is no error.</summary>
    public static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    /// <summary>The user that this process acts as; geteuid(2).</summary>
    public static int UserId => EffectiveUserId();

    /// <summary>Whose a file or folder is. Null where there is none, or it cannot be looked at.</summary>
    public static int? OwnerOf(string path)
    {
        const int PlaceOfOwner = 5; // mask, block size, attributes (two), links, owner
        return Look(path) is { } answer ? answer[PlaceOfOwner] : null;
    }

    /// <summary>What tells a file from every other of the machine, whatever name it is reached by. Null where there is none.</summary>
    public static (int Low, int High, int Major, int Minor)? IdentityOf(string path)
    {
        const int PlaceOfInode = 8; // after the owner: group, mode
        const int PlaceOfDevice = 34;
        return Look(path) is { } answer
            ? (answer[PlaceOfInode], answer[PlaceOfInode + 1], answer[PlaceOfDevice], answer[PlaceOfDevice + 1])
            : null;
    }

    /// <summary>How many more files the file system can hold; statvfs(3). Null where it has no such limit.</summary>
    public static long? FreeFilesAt(string path)
    {
        const int PlaceOfAll = 5; // sizes of a block (two), blocks (three), files
        const int PlaceOfAvailable = 7;
        Span<long> answer = stackalloc long[32];
        return Statvfs(path, answer) is 0 && answer[PlaceOfAll] > 0 ? answer[PlaceOfAvailable] : null;
    }

    /// <summary>Sends a question to the kernel's sock_diag(7) and reads the answer into the same bytes.</summary>
    /// <returns>The bytes of the answer; 0 or less where there is none.</returns>
    public static int AskKernel(Span<byte> message, int questionLength)
    {
        const int Netlink = 16, RawAndNotInherited = 0x80003, SockDiag = 4, DoNotWait = 0x40;
        var socket = OpenSocket(Netlink, RawAndNotInherited, SockDiag);
        if (socket < 0)
            return 0;
        try
        {
            return Send(socket, message, questionLength, DoNotWait) == questionLength ? (int)Receive(socket, message, message.Length, DoNotWait) : 0;
        }
        finally
        {
            _ = Close(socket);
        }
    }

    /// <summary>Reads what has arrived at a socket and leaves it there; recv(2).</summary>
    /// <returns>The bytes; 0 where there are none.</returns>
    public static int Peek(SafeHandle socket, Span<byte> bytes)
    {
        const int LeaveAndDoNotWait = 0x42;
        return (int)Math.Max(0, Receive(socket, bytes, bytes.Length, LeaveAndDoNotWait));
    }

    /// <summary>Where a symbolic link leads; readlink(2).</summary>
    /// <param name="path">UTF-8, ends with a zero.</param>
    /// <returns>How many bytes of the target are written; 0 where there is no such link.</returns>
    public static int ReadLink(ReadOnlySpan<byte> path, Span<byte> target) => (int)Math.Max(0, Readlink(path, target, target.Length));

    /// <summary>The hard limit of a process; prlimit(2). Null where there is no such process, or its user or group is not ours.</summary>
    public static ulong? HardLimitOf(int processId, int resource)
    {
        Span<ulong> limits = stackalloc ulong[2]; // soft, hard
        return ReadLimit(processId, resource, 0, limits) is 0 ? limits[1] : null;
    }

    /// <summary>Sets the soft and the hard limit of a process, where that is allowed.</summary>
    public static void SetLimit(int processId, int resource, ulong limit) => _ = WriteLimit(processId, resource, [limit, limit], 0);

    /// <summary>Makes a pipe with a name, for its owner alone; mkfifo(3).</summary>
    /// <exception cref="IOException">There is no room for it, or the file system has no pipes; with the system's number, as .NET's own has.</exception>
    public static void MakePipe(string path)
    {
        const uint ForOwner = 0b110_000_000;
        if (MakeFifo(path, ForOwner) is not 0)
            throw new IOException($"{path} cannot be made: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Sets how much a pipe holds, where the system allows it; fcntl(2).</summary>
    public static void SetPipeSize(SafeHandle pipe, int bytes)
    {
        const int SetSize = 1031;
        _ = Control(pipe, SetSize, bytes);
    }

    /// <summary>True where somebody has locked the file; flock(2). One that cannot be opened: as long as it is to be written to.</summary>
    /// <param name="toWrite">True to open a pipe for writing, which is possible only while somebody can read from it.</param>
    public static bool IsLocked(string path, bool toWrite)
    {
        const int WriteOnly = 1, DoNotWait = 0x800, CloseOnExec = 0x80000, Exclusively = 2 | 4;
        var file = Open(path, (toWrite ? WriteOnly : 0) | DoNotWait | CloseOnExec);
        if (file < 0)
            return toWrite;
        var isLocked = Lock(file, Exclusively) is not 0;
        _ = Close(file);
        return isLocked;
    }

    /// <summary>What statx(2) says of a file: 256 bytes.</summary>
    private static int[]? Look(string path)
    {
        const int InCurrentFolder = -100;
        const uint OwnerAndInode = 0x108;
        var answer = new int[64];
        return Statx(InCurrentFolder, path, 0, OwnerAndInode, answer) is 0 ? answer : null;
    }

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int socket, Span<byte> bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(int socket, Span<byte> bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(SafeHandle socket, Span<byte> bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial int EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "readlink")]
    private static partial nint Readlink(ReadOnlySpan<byte> path, Span<byte> target, nint length);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<int> answer);

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statvfs(string path, Span<long> answer);

    [LibraryImport("libc", EntryPoint = "prlimit")]
    private static partial int ReadLimit(int processId, int resource, nint none, Span<ulong> limits);

    [LibraryImport("libc", EntryPoint = "prlimit")]
    private static partial int WriteLimit(int processId, int resource, ReadOnlySpan<ulong> limits, nint none);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle descriptor, int command, int value);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock")]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
