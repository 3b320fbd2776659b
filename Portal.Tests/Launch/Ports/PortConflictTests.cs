using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch.Ports;

/// <summary>A port that a stranger holds is never proxied to: not one byte reaches them.</summary>
public sealed class PortConflictTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task A_registered_port_that_a_stranger_holds_fails_and_names_them(string address)
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        using var stranger = Listen(test.Ground.Ports.Registered, address);

        var failure = await test.FailureAsync(new StubApp(), port: test.Ground.Ports.Registered);

        Assert.Equal(LaunchFailureReason.PortTaken, failure.Reason);
        Assert.Contains(Text($"process {Environment.ProcessId} ("), failure.Detail, StringComparison.Ordinal);
        Assert.Contains(Text($"Port {test.Ground.Ports.Registered} "), failure.Detail, StringComparison.Ordinal);
        Assert.False(stranger.Pending());
        Assert.Empty(test.Ground.Processes());
    }

    [Fact]
    public async Task With_a_free_choice_the_next_port_is_taken()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        using var stranger = Listen(test.Ground.Ports.First);

        var app = await test.ReadyAsync(new StubApp());

        Assert.Equal(test.Ground.Ports.First + 1, app.Port);
        Assert.False(stranger.Pending());
    }

    [Fact]
    public async Task A_free_port_that_is_lost_before_the_app_binds_it_is_replaced()
    {
        TcpListener? stranger = null;
        await using var test = await SupervisorUnderTest.StartAsync(
            starter => new Interloper(starter, port => stranger ??= Listen(port)));

        var app = await test.ReadyAsync(new StubApp());

        Assert.NotNull(stranger);
        Assert.Equal(test.Ground.Ports.First + 1, app.Port);
        Assert.False(stranger.Pending());
        Assert.Single(test.Ground.Processes());
        stranger.Dispose();
    }

    [Fact]
    public async Task A_registered_port_that_is_lost_before_the_app_binds_it_fails()
    {
        TcpListener? stranger = null;
        await using var test = await SupervisorUnderTest.StartAsync(
            starter => new Interloper(starter, port => stranger ??= Listen(port)));

        var failure = await test.FailureAsync(new StubApp(), port: test.Ground.Ports.Registered);

        Assert.NotNull(stranger);
        Assert.Equal(LaunchFailureReason.PortTaken, failure.Reason);
        Assert.Contains(Text($"process {Environment.ProcessId} ("), failure.Detail, StringComparison.Ordinal);
        Assert.False(stranger.Pending());
        stranger.Dispose();
    }

    [Fact]
    public async Task When_every_port_is_taken_the_range_is_named()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("PortRange", "20000"));
        await using var small = await SupervisorUnderTest.StartAsync(("PortRange", test.Ground.Ports.RangeOf(1)));
        using var stranger = Listen(test.Ground.Ports.First);

        var failure = await small.FailureAsync(new StubApp());

        Assert.Equal(LaunchFailureReason.NoFreePort, failure.Reason);
        Assert.Contains("Portal:Launch:PortRange", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_registered_port_serves_the_first_app_of_its_client()
    {
        await using var test = await SupervisorUnderTest.StartAsync();

        var first = await test.ReadyAsync(new StubApp("first"), port: test.Ground.Ports.Registered);
        var second = await test.ReadyAsync(new StubApp("second"), port: test.Ground.Ports.Registered);
        var others = await test.FailureAsync(new StubApp("first"), client: "10.0.0.2", port: test.Ground.Ports.Registered);

        Assert.Equal((test.Ground.Ports.Registered, test.Ground.Ports.First), (first.Port, second.Port));
        Assert.Equal(LaunchFailureReason.PortTaken, others.Reason);
        Assert.Contains("10.0.0.1/first", others.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_is_given_back_by_stop_and_by_failure()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("PortRange", "20000"));
        await using var small = await SupervisorUnderTest.StartAsync(("PortRange", test.Ground.Ports.RangeOf(1)));

        await small.FailureAsync(new StubApp("broken", "exits=1"));
        await small.ReadyAsync(new StubApp());
        await small.Supervisor.StopAsync(SupervisorUnderTest.KeyOf(new StubApp()), "test");

        Assert.Equal(test.Ground.Ports.First, (await small.ReadyAsync(new StubApp("third"))).Port);
    }

    private static TcpListener Listen(int port, string address = "127.0.0.1")
    {
        var listener = new TcpListener(IPAddress.Parse(address), port);
        if (listener.LocalEndpoint.AddressFamily is AddressFamily.InterNetworkV6)
            listener.Server.DualMode = true;
        listener.Start();
        return listener;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Does something with the port after it was chosen and before the app can bind it.</summary>
    private sealed class Interloper(IInstanceStarter starter, Action<int> interlope) : IInstanceStarter
    {
        public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
        {
            interlope(request.Port);
            return starter.StartAsync(request, cancellationToken);
        }
    }
}
