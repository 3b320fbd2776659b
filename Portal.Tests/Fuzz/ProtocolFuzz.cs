using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portal.Tests.Launch.Prefork;
using Portal.Web.Control;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Fuzz;

/// <summary>What comes over the sockets of commands and of spawners: lines, and what is none.</summary>
public sealed class ProtocolFuzz : IDisposable
{
    private static readonly Gen<string> Json = Fuzzing.Of(
        "{", "}", "[", "]", "[[[[[[[[[[[[", "\"do\"", "\"list\"", "\"event\"", "\"warm\"", "\"exited\"", "\"id\"", "\"pid\"", "\"denied\"", "\"by\"", "\"\\ud800\"", "\"\\u0000\"", ":", ":",
        ",", ",", "1", "-1", "1e9", "99999999999999999999", "null", "true", "\"\"", " ", "\r", "\0", "é");

    private readonly string _folder = Directory.CreateTempSubdirectory("portal-fuzz-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_question_is_the_same_however_it_is_cut_and_what_is_none_is_nothing() => Fuzzing.Holds(
        Gen.OneOf(Json.Select(text => $"{{{text}}}"), Json, Gen.Constant("""{"do":"stop","client":"10.0.0.1","app":"a","by":"ann"}"""), Fuzzing.Texts)
            .Zip(Gen.Choose(0, 6000)).Zip(Gen.Choose(0, 10_000).ListOf()), async both =>
            {
                var ((text, padding), places) = both;
                var line = Encoding.UTF8.GetBytes(text.Split('\n')[0] + new string(' ', padding));

                Assert.Equal(Expected(line, ControlLine.LongestRequest, ControlJson.Default.ControlRequest), await AskAsync([.. line, (byte)'\n', .. "more"u8], places));
            }, 1000);

    [Fact]
    public void A_line_of_a_spawner_is_a_message_or_the_end() => Fuzzing.Holds(
        Gen.OneOf(Json.Select(text => $"{{{text}}}"), Json, Fuzzing.Texts).ListOf(), async lines =>
        {
            var (ours, theirs) = await PairAsync();
            using var connection = ours;
            await theirs.SendAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line.Replace("\n", "", StringComparison.Ordinal) + "\n"))), Cancelled);
            theirs.Dispose();

            var told = 0;
            while (await connection.ReceiveAsync(Cancelled).WaitAsync(Eventually.Limit, Cancelled) is not null)
                told++;

            var sound = lines.Select(line => Encoding.UTF8.GetBytes(line.Replace("\n", "", StringComparison.Ordinal)))
                .TakeWhile(line => Expected(line, int.MaxValue, SpawnerJson.Default.SpawnerMessage) is not null);
            Assert.Equal(sound.Count(), told);
        }, 1000);

    [Fact]
    public async Task A_spawner_that_never_ends_its_line_is_given_up()
    {
        var (ours, theirs) = await PairAsync();
        using var connection = ours;
        using var spawner = theirs;
        var sending = Task.Run(async () =>
        {
            var piece = new byte[64 * 1024];
            for (var sent = 0; sent < 64; sent++)
                await spawner.SendAsync(piece, Cancelled);
        }, Cancelled);

        Assert.Null(await connection.ReceiveAsync(Cancelled).WaitAsync(Eventually.Limit, Cancelled));
        connection.Dispose();
        await Assert.ThrowsAsync<SocketException>(() => sending);
    }

    [Fact]
    public async Task Each_order_that_is_none_is_answered_with_an_error_and_forks_nothing()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        await spawner.HearAsync("warm");
        var wrong = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["id"] = ["null", "\"1\"", "true", "1.5", "[]", "{}"],
            ["argv"] = ["null", "1", "\"run\"", "[]", "[1]", "[\"run\",null]", "{\"run\":1}", "[[\"run\"]]"],
            ["env"] = ["null", "[]", "\"A=B\"", "{\"A\":1}", "{\"A\":null}", "{\"A\\u0000\":\"b\"}", "{\"A\":\"\\ud800\"}"],
            ["cwd"] = ["null", "1", "[]", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"/nowhere/at/all\""],
            ["name"] = ["null", "1", "[\"a\"]"],
            ["limits"] = ["null", "[]", "{\"NOFILE\":1}", "{\"NOFILE\":[1]}", "{\"NOFILE\":[true,true]}", "{\"NOFILE\":[\"1\",\"1\"]}", "{\"WAT\":[1,1]}", "{\"NOFILE\":[9,1]}", "{\"NOFILE\":[1e99,1]}"],
            ["do"] = ["null", "1", "[]", "\"hello\"", "\"\\ud800\""],
        };
        var orders =
            from part in Gen.Elements(wrong.Keys.ToArray())
            from value in Gen.Elements(wrong[part])
            select Encoding.UTF8.GetBytes(Changed(spawner.Order(), part, value));
        var noise = Fuzzing.Noise.Select(bytes => bytes.Where(one => one is not (byte)'\n').ToArray());

        Fuzzing.Holds(Gen.OneOf(orders, orders, Json.Select(Encoding.UTF8.GetBytes), noise, Gen.Constant(Encoding.ASCII.GetBytes(new string('[', 100_000)))), async line =>
        {
            await spawner.SayAsync([.. line, (byte)'\n']);
            var reply = await spawner.HearReplyAsync();

            Assert.NotNull(reply["error"]);
            Assert.Null(reply["pid"]);
        }, 300);

        await spawner.ForkAsync();
    }

    private static string Changed(JsonObject order, string part, string value)
    {
        order.Remove(part);
        return $"{order.ToJsonString()[..^1]},\"{part}\":{value}}}";
    }

    /// <summary>As JSON has it, in one piece.</summary>
    private static T? Expected<T>(byte[] line, int longest, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return line.Length <= longest ? JsonSerializer.Deserialize(line, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ControlRequest?> AskAsync(byte[] bytes, IEnumerable<int> places)
    {
        using var listener = PrivateSocket.Listen(Path.Combine(_folder, "control"), 1);
        using var client = await ConnectAsync("control");
        using var server = await listener.AcceptAsync(Cancelled);
        var answer = ControlLine.ReceiveAsync(server, ControlLine.LongestRequest, ControlJson.Default.ControlRequest, Cancelled);
        foreach (var piece in Fuzzing.Cut(bytes, places).Where(piece => piece.Length > 0))
            await client.SendAsync(piece, Cancelled);
        return await answer.WaitAsync(Eventually.Limit, Cancelled);
    }

    private async Task<(SpawnerConnection Ours, Socket Theirs)> PairAsync()
    {
        using var listener = PrivateSocket.Listen(Path.Combine(_folder, "spawner"), 1);
        var theirs = await ConnectAsync("spawner");
        var session = Assert.NotNull(ProcessTable.Stat(Environment.ProcessId)).SessionId;
        return (await SpawnerConnection.AcceptAsync(listener, session, Posix.UserId, Cancelled), theirs);
    }

    private async Task<Socket> ConnectAsync(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_folder, name)), Cancelled);
        return socket;
    }
}
