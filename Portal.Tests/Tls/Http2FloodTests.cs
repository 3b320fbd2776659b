using System.Collections.Concurrent;
using System.Net.Security;
using Microsoft.Extensions.Logging;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Tls;

/// <summary>A client that sends requests faster than any browser, over one connection.</summary>
public sealed class Http2FloodTests
{
    private const int QueueExceeded = 60;

    [Fact]
    public async Task Requests_that_are_reset_at_once_write_nothing_critical_into_the_log()
    {
        await using var portal = await TlsPortal.StartAsync(test =>
            test.Settings["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.Http2"] = nameof(LogLevel.Debug));
        using var lines = new ServerLines();
        portal.Service<ILoggerFactory>().AddProvider(lines);

        await Eventually.TrueAsync(async () =>
        {
            await using var stream = await TlsPortal.OpenAsync(portal, PortalUnderTest.User, SslApplicationProtocol.Http2);
            await new Http2Client(stream).AskAndResetAsync(
                2000, (":method", "GET"), (":scheme", "https"), (":authority", "portal"), (":path", "/healthz"));
            return lines.All.Any(line => line.Id is QueueExceeded);
        });

        Assert.DoesNotContain(lines.All, line => line.Level > LogLevel.Warning);
    }

    /// <summary>What the server has said.</summary>
    private sealed class ServerLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, int Id)> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue((logLevel, eventId.Id));

        public void Dispose()
        {
        }
    }
}
