using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Portal.Web.Launch.Processes;

/// <summary>
/// Hands an open file to another process, which may not be allowed to open it itself: SCM_RIGHTS of unix(7).
/// </summary>
internal static unsafe partial class FilePassing
{
    private const int TryAgain = 11, Interrupted = 4;

    /// <summary>
    /// An existing file, opened to be written to at its end. For reading as well: whoever writes to a pipe that way neither
    /// waits for a reader nor is ended by its loss.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenToAppend(string path)
    {
        const int ReadAndWrite = 0x2, Append = 0x400, CloseOnExec = 0x80000;
        var descriptor = Open(path, ReadAndWrite | Append | CloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"{path} cannot be opened: {new Win32Exception().Message}.");
    }

    /// <summary>Sends one byte and the file with it. False where the other side has to read first.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public static bool TrySend(Socket socket, byte first, SafeFileHandle file)
    {
        const int DoNotWait = 0x40, NoSignal = 0x4000;
        var part = new Part { Bytes = &first, Length = 1 };
        var rights = new Rights { Length = (nuint)sizeof(Rights) - sizeof(int), Level = 1, Type = 1, Descriptor = (int)file.DangerousGetHandle() };
        var message = new Message { Parts = &part, PartCount = 1, Control = &rights, ControlLength = (nuint)sizeof(Rights) };
        var sent = Send(socket.SafeHandle, &message, DoNotWait | NoSignal);
        GC.KeepAlive(file);
        if (sent is 1)
            return true;
        return Marshal.GetLastPInvokeError() is TryAgain or Interrupted
            ? false
            : throw new IOException($"The file cannot be handed over: {new Win32Exception().Message}.");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint Send(SafeSocketHandle socket, Message* message, int flags);

    /// <summary>struct iovec</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Bytes;
        public nuint Length;
    }

    /// <summary>struct msghdr</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public Rights* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr and one descriptor, padded to eight bytes: SOL_SOCKET, SCM_RIGHTS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Rights
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Padding;
    }
}
