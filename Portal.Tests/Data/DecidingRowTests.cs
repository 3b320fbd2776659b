using System.Net;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class DecidingRowTests
{
    private static readonly RegisteredIp[] Rows =
    [
        new() { Network = "10.0.0.0/8", Role = Role.User },
        new() { Network = "10.1.0.0/16", Role = Role.Admin },
        new() { Network = "10.1.2.3", Role = Role.Admin, Enabled = false },
        new() { Network = "2001:db8::/32", Role = Role.User },
        new() { Network = "not a network", Role = Role.Admin },
    ];

    [Theory]
    [InlineData("10.9.9.9", "10.0.0.0/8")]
    [InlineData("10.1.9.9", "10.1.0.0/16")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8::7", "2001:db8::/32")]
    [InlineData("11.0.0.1", null)]
    [InlineData("::a09:909", null)]
    public void The_most_specific_row_decides_whatever_its_state(string address, string? network) =>
        Assert.Equal(network, DecidingRow.For(IPAddress.Parse(address), Rows)?.Network);

    [Fact]
    public void An_empty_registry_decides_nothing() => Assert.Null(DecidingRow.For(IPAddress.Loopback, []));
}
