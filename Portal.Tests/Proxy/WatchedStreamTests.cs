using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>The portal's own goodbye in the midst of what an app sends.</summary>
public sealed class WatchedStreamTests
{
    private static readonly byte[] Close = SocketEnd.ByAdmin("bye").Frame;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Between_two_frames_it_is_sent_at_once_and_is_the_last()
    {
        using var client = new MemoryStream();
        await using var socket = new WatchedStream(client, () => { });
        byte[] frame = [0x82, 3, 1, 2, 3];

        await socket.WriteAsync(frame, Cancelled);
        await socket.Close(Close);
        await socket.Close(Close);
        await socket.WriteAsync(frame, Cancelled);

        Assert.Equal([.. frame, .. Close], client.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Within_a_frame_it_waits_for_the_rest(int sent)
    {
        using var client = new MemoryStream();
        await using var socket = new WatchedStream(client, () => { });
        byte[] frame = [0x82, 3, 1, 2, 3];

        await socket.WriteAsync(frame.AsMemory(0, sent), Cancelled);
        var saying = socket.Close(Close);
        Assert.Equal((sent, false), (client.Length, saying.IsCompleted));
        await socket.WriteAsync(frame.AsMemory(sent), Cancelled);
        await saying;

        Assert.Equal([.. frame, .. Close], client.ToArray());
    }

    [Fact]
    public async Task While_a_frame_is_on_its_way_it_follows_that()
    {
        await using var client = new HeldStream();
        await using var socket = new WatchedStream(client, () => { });
        byte[] frame = [0x82, 3, 1, 2, 3];

        var writing = socket.WriteAsync(frame, Cancelled);
        var saying = socket.Close(Close);
        Assert.Equal(frame, client.Begun);
        Assert.False(saying.IsCompleted);
        client.Go();
        await writing;
        await saying;

        Assert.Equal([.. frame, .. Close], client.Begun);
    }

    [Fact]
    public async Task Nothing_of_the_client_passes_any_more()
    {
        using var client = new MemoryStream([0x82, 0x83, 0, 0, 0, 0, 1, 2, 3]);
        var isTouched = false;
        await using var socket = new WatchedStream(client, () => isTouched = true);

        _ = socket.Close(Close);

        Assert.Equal((0, false), (await socket.ReadAsync(new byte[100], Cancelled), isTouched));
    }

    [Theory]
    [InlineData("", "An admin closed the app.")]
    [InlineData("점검", "점검")]
    [InlineData("\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00x\uAC00",
        "\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00\uAC00")]
    public void The_frame_holds_code_and_word_whole_characters_only(string word, string told)
    {
        var frame = SocketEnd.ByAdmin(word).Frame;

        Assert.Equal((0x88, frame.Length - 2, 0x03, 0xF0), (frame[0], frame[1], frame[2], frame[3]));
        Assert.InRange(frame[1], 2, 125);
        Assert.Equal(told, System.Text.Encoding.UTF8.GetString(frame.AsSpan(4)));
    }

    /// <summary>Writes when it is told to.</summary>
    private sealed class HeldStream : MemoryStream
    {
        private readonly TaskCompletionSource _gate = new();

        public List<byte> Begun { get; } = [];

        public void Go() => _gate.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Begun.AddRange(buffer.Span);
            await _gate.Task;
        }
    }
}
