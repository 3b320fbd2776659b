using System.Net;
using System.Net.Sockets;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Ports;

public sealed class PortListenerTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::")]
    public void Who_would_get_a_connection_to_this_machine_is_found(string address)
    {
        using var socket = Listen(address);
        var port = Assert.IsType<IPEndPoint>(socket.LocalEndPoint).Port;

        var listener = Assert.Single(PortListener.On(port));

        Assert.True(ProcessTable.HoldsSocket(Environment.ProcessId, listener.Inode));
        Assert.StartsWith($"process {Environment.ProcessId} (", listener.DescribeOwner(), StringComparison.Ordinal);
        Assert.False(listener.BelongsTo(1));
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public void Who_listens_on_another_address_is_not_in_the_way(string address)
    {
        using var socket = Listen(address);

        Assert.Empty(PortListener.On(Assert.IsType<IPEndPoint>(socket.LocalEndPoint).Port));
    }

    [Fact]
    public void A_connection_is_no_listener()
    {
        using var socket = Listen("127.0.0.1");
        using var client = new TcpClient();
        client.Connect(Assert.IsType<IPEndPoint>(socket.LocalEndPoint));

        Assert.Empty(PortListener.On(Assert.IsType<IPEndPoint>(client.Client.LocalEndPoint).Port));
    }

    [Fact]
    public void A_listener_is_found_among_many_connections()
    {
        using var busy = Listen("127.0.0.1");
        var clients = new List<TcpClient>();
        try
        {
            for (var count = 0; count < 100; count++)
            {
                clients.Add(new TcpClient());
                clients[^1].Connect(Assert.IsType<IPEndPoint>(busy.LocalEndPoint));
            }

            using var later = Listen("127.0.0.1");

            Assert.Single(PortListener.On(Assert.IsType<IPEndPoint>(busy.LocalEndPoint).Port));
            Assert.Single(PortListener.On(Assert.IsType<IPEndPoint>(later.LocalEndPoint).Port));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static Socket Listen(string address)
    {
        var parsed = IPAddress.Parse(address);
        var socket = new Socket(parsed.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (parsed.AddressFamily is AddressFamily.InterNetworkV6)
            socket.DualMode = true;
        socket.Bind(new IPEndPoint(parsed, 0));
        socket.Listen(backlog: 100);
        return socket;
    }
}
