namespace Portal.Bench;

/// <summary>People who look at something else.</summary>
internal static class Hold
{
    /// <summary>Writes a line once all stand and each has carried a message; holds them until standard input ends.</summary>
    public static async Task<int> RunAsync(int port, string path, int sockets)
    {
        var clients = new List<ClientSocket>();
        for (var number = 0; number < sockets; number++)
        {
            clients.Add(await ClientSocket.ConnectAsync(port, path));
            await clients[^1].RoundTripAsync();
        }

        Console.WriteLine(clients.Count);
        await Console.In.ReadToEndAsync();
        clients.ForEach(client => client.Dispose());
        return 0;
    }
}
