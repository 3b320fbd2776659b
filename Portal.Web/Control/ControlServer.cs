using System.Net;
using System.Net.Sockets;
using System.Text;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Control;

/// <summary>
/// Answers commands of this machine while the portal runs, one question to a connection, for processes of its own user.
/// What they do to instances goes through the supervisor, as a click on the admin's page does.
/// </summary>
internal sealed partial class ControlServer(
    PortalPaths paths, Supervisor supervisor, RegistryAccess access, TimeProvider time, ILogger<ControlServer> logger) : BackgroundService
{
    /// <summary>Who asks at the same time; more have to wait.</summary>
    private const int MaxConnections = 8;

    private const int LongestName = 100;

    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places = new(MaxConnections);
    private Socket? _listener;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Encoding.UTF8.GetByteCount(paths.Control) <= PrivateSocket.LongestPath)
                _listener = PrivateSocket.Listen(paths.Control, MaxConnections);
            else
                Log.PathTooLong(logger, paths.Control, PrivateSocket.LongestPath);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            Log.NotListening(logger, paths.Control, e.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_listener is null)
            return;
        _listener.Dispose();
        if (File.Exists(paths.Control)) File.Delete(paths.Control); // its folder may be moved away
    }

    public override void Dispose()
    {
        _listener?.Dispose();
        _places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var answering = new List<Task>();
        while (_listener is not null && !stoppingToken.IsCancellationRequested)
        {
            answering.RemoveAll(one => one.IsCompleted);
            try
            {
                await _places.WaitAsync(stoppingToken);
                answering.Add(AnswerAsync(await AcceptAsync(_listener, stoppingToken), stoppingToken));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(answering);
    }

    private async Task<Socket> AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await listener.AcceptAsync(cancellationToken);
            }
            catch (SocketException e)
            {
                // No file can be opened at the moment, say.
                Log.NotListening(logger, paths.Control, e.Message);
                await Task.Delay(TryAgain, time, cancellationToken);
            }
        }
    }

    private async Task AnswerAsync(Socket socket, CancellationToken stopping)
    {
        try
        {
            using (socket)
            {
                if (!PrivateSocket.IsOurs(socket, out var user))
                {
                    Log.Stranger(logger, user);
                    return;
                }

                var answer = await DoAsync(await WithinLimitAsync(
                    cancel => ControlLine.ReceiveAsync(socket, ControlLine.LongestRequest, ControlJson.Default.ControlRequest, cancel), stopping));
                await WithinLimitAsync(
                    cancel => ControlLine.SendAsync(socket, answer, ControlJson.Default.ControlAnswer, cancel), stopping);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Whoever asked is gone, or never finished their question.
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> exchange, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(AskTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        return await exchange(either.Token);
    }

    private async Task<ControlAnswer> DoAsync(ControlRequest? request)
    {
        switch (request)
        {
            case { Do: "list" }:
                return new ControlAnswer([.. supervisor.List().Select(one => RunningInstance.Of(one, LabelOf(one.Key.Client)))]);
            case { Do: "stop", App: { } app, By: { Length: <= LongestName } by } when IPAddress.TryParse(request.Client, out var client):
                var key = new InstanceKey(NetworkNotation.Normalize(client), app);
                var told = new LaunchFailure(LaunchFailureReason.Closed, $"It was stopped by {by}.", []);
                var stopped = await supervisor.StopAsync(key, $"stopped by {by}", new StopRequest(null, Name: by), told);
                if (stopped)
                    Log.Stopped(logger, by, key.Client, key.Slug);
                return new ControlAnswer(Done: stopped);
            default:
                return new ControlAnswer(Error: "The portal that runs does not know this request; is it of another version?");
        }
    }

    private string LabelOf(IPAddress client) => access.Table.Decide(client)?.Row.Label ?? "";

    private static partial class Log
    {
        [LoggerMessage(4040, LogLevel.Information, "{Actor} stopped {Client}/{App}")]
        public static partial void Stopped(ILogger logger, string actor, IPAddress client, string app);

        [LoggerMessage(4041, LogLevel.Warning, "Commands cannot reach the portal at {Path}: {Reason}")]
        public static partial void NotListening(ILogger logger, string path, string reason);

        [LoggerMessage(4042, LogLevel.Warning, "Commands cannot reach the portal: {Path} is longer than the {Most} bytes of a socket's name; choose a shorter Portal:DataDirectory")]
        public static partial void PathTooLong(ILogger logger, string path, int most);

        [LoggerMessage(4043, LogLevel.Warning, "User {User} came to the control socket and was sent away")]
        public static partial void Stranger(ILogger logger, int user);
    }
}
