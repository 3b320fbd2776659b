namespace Portal.Web.Telemetry;

/// <summary>
/// Lowers what the server calls critical though any client of HTTP/2 can bring it about, by resetting its requests faster
/// than they are cleared away: to Debug, as all else that the server says of clients that misbehave. The server ends such
/// a connection, and <c>kestrel.connection.duration</c> counts it (<c>output_queue_size_exceeded</c>). That the portal does not
/// start is said once, by <see cref="StartFailure"/>.
/// </summary>
internal sealed class ServerLog(LoggerFactory all) : ILoggerFactory
{
    private const int QueueExceeded = 60, NeverCompleted = 23;
    private const int ServerNotStarted = 0, HostNotStarted = 11;

    public ILogger CreateLogger(string categoryName) => categoryName switch
    {
        "Microsoft.AspNetCore.Server.Kestrel.Http2" => Lower(categoryName, QueueExceeded),
        "Microsoft.AspNetCore.Server.Kestrel" => Lower(categoryName, NeverCompleted, ServerNotStarted),
        "Microsoft.Extensions.Hosting.Internal.Host" => Lower(categoryName, HostNotStarted),
        _ => all.CreateLogger(categoryName),
    };

    public void AddProvider(ILoggerProvider provider) => all.AddProvider(provider);

    /// <summary>Leaves the other factory to its owner.</summary>
    public void Dispose()
    {
    }

    private Lowered Lower(string category, params int[] events) => new(all.CreateLogger(category), events);

    private sealed class Lowered(ILogger all, int[] lowered) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => all.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => all.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            all.Log(lowered.Contains(eventId.Id) ? LogLevel.Debug : logLevel, eventId, state, exception, formatter);
    }
}
