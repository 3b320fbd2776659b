using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Portal.Data;
using Portal.Web.Access;

namespace Portal.Bench;

/// <summary>The question that each request asks of the registry, without the request.</summary>
internal static class Lookup
{
    private const int Questions = 2_000_000;
    private const int Addresses = 4096;
    private const int Rounds = 11;

    private static readonly string[] Networks = ["10.200.0.0/16", "10.200.4.0/24", "172.16.0.0/12", "fd00::/48"];

    /// <summary>
    /// Writes one line of JSON: nanoseconds and bytes for one question, where the address is registered itself (found), where
    /// only networks hold it (network), and where nothing does (refused). The table has prefixes of four lengths in IPv4.
    /// </summary>
    public static int Run(int rows)
    {
        var networks = Enumerable.Range(0, rows).Select(number => AddressOf(number).ToString()).Concat(Networks);
        var table = new AccessTable(networks.Select(network => new RegisteredIp { Network = network, Role = Role.User }));
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            found = Measure(table, number => AddressOf(number * 7919 % rows)),
            network = Measure(table, number => new IPAddress([10, 200, (byte)(number >> 8), (byte)number])),
            refused = Measure(table, number => new IPAddress([192, 0, (byte)(number >> 8), (byte)number])),
        }));
        return 0;
    }

    private static object Measure(AccessTable table, Func<int, IPAddress> address)
    {
        var addresses = Enumerable.Range(0, Addresses).Select(address).ToArray();
        var now = DateTimeOffset.UnixEpoch;
        var times = new List<double>(Rounds);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            for (var number = 0; number < Questions; number++)
                table.Find(addresses[number % Addresses], now);
            times.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / Questions);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return new { nanoseconds = times.Order().ElementAt(Rounds / 2), bytes = (double)allocated / Questions / Rounds };
    }

    private static IPAddress AddressOf(int number) => new([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
}
