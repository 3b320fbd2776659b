using System.Diagnostics;
using System.Text.Json;

namespace Portal.Bench;

/// <summary>Messages there and back, as many as pass.</summary>
internal static class Echo
{
    /// <summary>Writes one line of JSON: messages in a second, and round trips in seconds.</summary>
    public static async Task<int> RunAsync(int port, string path, int sockets, int seconds)
    {
        var clients = new List<ClientSocket>();
        for (var number = 0; number < sockets; number++)
            clients.Add(await ClientSocket.ConnectAsync(port, path));
        foreach (var client in clients)
            await client.RoundTripAsync();

        var began = Stopwatch.GetTimestamp();
        var ends = began + (seconds * Stopwatch.Frequency);
        var trips = (await Task.WhenAll(clients.Select(client => Task.Run(() => EchoAsync(client, ends))))).SelectMany(one => one).Order().ToList();
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        clients.ForEach(client => client.Dispose());
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            rate = trips.Count / took,
            p50 = trips[trips.Count / 2] / (double)Stopwatch.Frequency,
            p99 = trips[trips.Count * 99 / 100] / (double)Stopwatch.Frequency,
        }));
        return 0;
    }

    private static async Task<List<long>> EchoAsync(ClientSocket client, long ends)
    {
        var trips = new List<long>();
        for (var now = Stopwatch.GetTimestamp(); now < ends;)
        {
            await client.RoundTripAsync();
            var then = now;
            now = Stopwatch.GetTimestamp();
            trips.Add(now - then);
        }

        return trips;
    }
}
