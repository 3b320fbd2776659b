using System.Net.WebSockets;

namespace Portal.Bench;

/// <summary>Stands where Streamlit would, and costs as little as it can.</summary>
internal static class Upstream
{
    private const int DownloadBytes = 100_000_000;

    private static readonly byte[] Small = new byte[128];
    private static readonly byte[] Block = new byte[256 * 1024];

    public static async Task<int> RunAsync(int port)
    {
        var app = Server.Bare(port).Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.MapGet("/app/{slug}/_stcore/health", () => "ok");
        app.MapGet("/app/{slug}/small", http => AnswerAsync(http.Response, Small, Small.Length));
        app.MapGet("/app/{slug}/large", http => AnswerAsync(http.Response, Block, DownloadBytes));
        app.MapPut("/app/{slug}/upload", async http => await http.Request.Body.CopyToAsync(Stream.Null));
        app.Map("/app/{slug}/_stcore/stream", EchoAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpResponse response, byte[] block, int length)
    {
        response.ContentType = "application/octet-stream";
        response.ContentLength = length;
        for (var left = length; left > 0; left -= block.Length)
            await response.Body.WriteAsync(block.AsMemory(0, Math.Min(left, block.Length)));
    }

    private static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } got)
                await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The client is gone, as clients of a benchmark go.
        }
    }
}
