using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CliWrap;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Prefork;

/// <summary>
/// Brings a spawner up:
/// <code>
/// (1) a socket ──► (2) the process ──► (3) it connects, hello ──► (4) it has imported everything: warm
/// </code>
/// </summary>
internal sealed class SpawnerStart(PortalPaths paths, PreforkEvents events, TimeProvider time)
{
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Generous for the first time, when each import is rehearsed: no launch waits for it.</summary>
    private static readonly TimeSpan WarmTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Opens the folder of its state for a command that could not do so itself; constant, as <c>Detached</c>'s is.</summary>
    private const string OpenState = "exec \"$@\" 3<\"$0\"";

    private static int _lastNumber;

    /// <summary>A warm spawner, or why there is none; then nothing is left of the attempt.</summary>
    public async Task<SpawnerOutcome> StartAsync(SpawnerKey key, CancellationToken cancellationToken)
    {
        // Another user cannot get into the data directory; a name that nobody can guess is not taken by anybody before.
        var isOurs = key.App.RunAs is null;
        var socket = isOurs
            ? Path.Combine(paths.Prefork, string.Create(CultureInfo.InvariantCulture,
                $"{key.Name}-{Environment.ProcessId}-{Interlocked.Increment(ref _lastNumber)}.sock"))
            : $"portal-{Guid.NewGuid():N}";
        if (isOurs && Encoding.UTF8.GetByteCount(socket) is var length && length > PrivateSocket.LongestPath)
        {
            return SpawnerOutcome.None(string.Create(CultureInfo.InvariantCulture,
                $"The path {socket} has {length} bytes, and sockets may have {PrivateSocket.LongestPath}; choose a shorter Portal:DataDirectory."));
        }

        try
        {
            using var listener = isOurs ? PrivateSocket.Listen(socket, backlog: 1) : PrivateSocket.ListenToAll(socket, backlog: 8); // (1)
            var process = DirectProcess.Start(CommandOf(key, socket)); // (2)
            return await MeetAsync(key, listener, process, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or Win32Exception)
        {
            return SpawnerOutcome.None($"The spawner cannot be started: {e.Message}");
        }
        finally
        {
            if (isOurs)
                File.Delete(socket);
        }
    }

    private async Task<SpawnerOutcome> MeetAsync(
        SpawnerKey key, Socket listener, DirectProcess process, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var limit = new CancellationTokenSource(HelloTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        _ = CancelAtExitAsync(process, stop);
        Spawner? spawner = null;
        string problem;
        try
        {
            var user = key.App.RunAs?.Id ?? Posix.UserId;
            spawner = new Spawner(key, process, await SpawnerConnection.AcceptAsync(listener, process.Id, user, stop.Token), events, time); // (3)
            limit.CancelAfter(WarmTimeout);
            problem = await spawner.WarmUpAsync(stop.Token); // (4)
        }
        catch (OperationCanceledException)
        {
            problem = !process.IsAlive ? "It ended." : "It took too long.";
        }
        catch (IOException e)
        {
            problem = e.Message;
        }

        if (problem.Length is 0 && spawner is not null)
        {
            events.Warm(key.App.Slug, spawner.ProcessId, spawner.Modules, time.GetElapsedTime(began));
            return SpawnerOutcome.Warm(spawner);
        }

        if (spawner is not null)
            await spawner.DisposeAsync();
        else
            process.Kill();
        return SpawnerOutcome.None($"The spawner does not come up: {problem} {LastWords(key)}".TrimEnd());
    }

    private Command CommandOf(SpawnerKey key, string socket)
    {
        var log = LogOf(key);
        using (var file = new FileStream(log, FileMode.Create))
            File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        IEnumerable<string> more = [.. key.App.Preload.Select(module => "--preload=" + module), "--room=" + new string('.', 512)];
        if (key.App.RunAs is null)
        {
            var state = Path.Combine(paths.Prefork, key.Name + ".json");
            return StreamlitCommand.Detached(
                key.App, log, StreamlitCommand.Interpreter(key.App, [Spawner.Program, socket, state, key.App.Script, .. more]));
        }

        more = more.Append(string.Create(CultureInfo.InvariantCulture, $"--portal={Posix.UserId}"));
        return StreamlitCommand.Detached(key.App, log,
        [
            "/bin/sh", "-c", OpenState, StateFolderOf(key),
            .. StreamlitCommand.Interpreter(key.App, [Spawner.Program, '@' + socket, "/proc/self/fd/3/state.json", key.App.Script, .. more]),
        ]);
    }

    /// <summary>
    /// Its user's to write to, and nobody else's all the same: it lies in the data directory, and only a process that was
    /// handed it open gets there.
    /// </summary>
    private string StateFolderOf(SpawnerKey key)
    {
        const UnixFileMode Anyone = (UnixFileMode)0b111_111_111;
        var folder = Directory.CreateDirectory(Path.Combine(paths.Prefork, key.Name)).FullName;
        File.SetUnixFileMode(folder, Anyone);
        return folder;
    }

    private static async Task CancelAtExitAsync(DirectProcess process, CancellationTokenSource stop)
    {
        try
        {
            await process.Exited.WaitAsync(stop.Token);
            await stop.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It came up, or was given up already.
        }
    }

    private string LogOf(SpawnerKey key) => Path.Combine(paths.Prefork, key.Name + ".log");

    private string LastWords(SpawnerKey key) => new InstanceLog(LogOf(key), 0).Tail(1) is [var last] ? last : "";
}

/// <summary>A warm spawner, or a sentence why there is none.</summary>
internal sealed record SpawnerOutcome(Spawner? Spawner, string Problem)
{
    public static SpawnerOutcome Warm(Spawner spawner) => new(spawner, "");

    public static SpawnerOutcome None(string problem) => new(null, problem);
}
