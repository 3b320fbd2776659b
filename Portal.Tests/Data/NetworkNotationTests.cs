using System.Net;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class NetworkNotationTests
{
    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("  10.1.2.3\t", "10.1.2.3")]
    [InlineData("\u00a010.1.2.3\r\n", "10.1.2.3")]
    [InlineData("10.1.2.3/32", "10.1.2.3")]
    [InlineData("10.1.0.0/16", "10.1.0.0/16")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("2001:DB8::/32", "2001:db8::/32")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1")]
    [InlineData("2001:db8::1/128", "2001:db8::1")]
    [InlineData("::", "::")]
    [InlineData("::/0", "::/0")]
    [InlineData("::1", "::1")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("64:ff9b::10.1.2.3", "64:ff9b::a01:203")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("::FFFF:0a01:0203", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3/128", "10.1.2.3")]
    [InlineData("::ffff:10.1.0.0/112", "10.1.0.0/16")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0")]
    [InlineData("::fffe:0:0/95", "::fffe:0:0/95")]
    [InlineData("::fffe:0:0/96", "::fffe:0:0/96")]
    public void What_people_write_becomes_canonical(string text, string canonical)
    {
        Assert.True(NetworkNotation.TryParse(text, out var network));
        Assert.Equal(canonical, NetworkNotation.Format(network));
    }

    [Theory]
    [InlineData("10.1.2.3/16", "10.1.0.0/16")]
    [InlineData("10.1.2.3/0", "0.0.0.0/0")]
    [InlineData("10.1.2.3/31", "10.1.2.2/31")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    [InlineData("2001:db8:ffff::/33", "2001:db8:8000::/33")]
    [InlineData("::ffff:10.1.2.3/112", "10.1.0.0/16")]
    [InlineData("::ffff:10.1.2.3/95", "::fffe:0:0/95")]
    public void Host_bits_are_refused_with_the_form_that_would_be_right(string text, string right)
    {
        Assert.False(NetworkNotation.TryParse(text, out _, out var error, out var suggestion));
        Assert.Equal(RegistryErrorCode.NetworkHasHostBits, error);
        Assert.Equal(right, suggestion);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n")]
    public void Nothing_is_not_a_network(string? text)
    {
        Assert.False(NetworkNotation.TryParse(text, out _, out var error, out var suggestion));
        Assert.Equal(RegistryErrorCode.NetworkRequired, error);
        Assert.Null(suggestion);
    }

    [Theory]
    [InlineData("10.1")]
    [InlineData("010.1.2.3")]
    [InlineData("10.1.2.03")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("1")]
    [InlineData("2130706433")]
    [InlineData("10.1.2.256")]
    [InlineData("10.1.2.-1")]
    [InlineData("10.1.2.+1")]
    [InlineData("10.1.2.3.4")]
    [InlineData("10.1.2.")]
    [InlineData(".10.1.2")]
    [InlineData("10.1.2.3.")]
    [InlineData("10. 1.2.3")]
    [InlineData("10.1.2.3:80")]
    [InlineData("10.1.2.3/")]
    [InlineData("/16")]
    [InlineData("10.1.0.0/33")]
    [InlineData("10.1.0.0/-1")]
    [InlineData("10.1.0.0/+16")]
    [InlineData("10.1.0.0/016")]
    [InlineData("10.1.0.0/ 16")]
    [InlineData("10.1.0.0 /16")]
    [InlineData("10.1.0.0/16/16")]
    [InlineData("10.1.0.0/16.")]
    [InlineData("10.1.0.0/255.255.0.0")]
    [InlineData("10.1.0.0/4294967312")]
    [InlineData("10.1.2.*")]
    [InlineData("10.1.2.3-10.1.2.9")]
    [InlineData("１０.1.2.3")]
    [InlineData("١٠.1.2.3")]
    [InlineData("10.1.2.3\u200b")]
    [InlineData("10.1.2.3\0")]
    [InlineData("10.1.0.0/16\0")]
    [InlineData("::1\0")]
    [InlineData("localhost")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%1")]
    [InlineData("fe80::1%")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("12345::")]
    [InlineData("::00001")]
    [InlineData("::g")]
    [InlineData("::0x1")]
    [InlineData("::/129")]
    [InlineData("::ffff:10.1")]
    [InlineData("::ffff:010.1.2.3")]
    [InlineData("::10.1.2.3:1")]
    [InlineData("::ffff:10.1.2.3.4")]
    [InlineData("0000:0000:0000:0000:0000:ffff:192.168.158.190/128")]
    public void What_is_not_plainly_one_network_is_refused(string text)
    {
        Assert.False(NetworkNotation.TryParse(text, out _, out var error, out _));
        Assert.Equal(RegistryErrorCode.NetworkInvalid, error);
    }

    [Fact]
    public void Canonical_text_reads_back_as_the_same_network_and_every_candidate_holds_the_address()
    {
        var random = new Random(20260131);
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[i % 2 == 0 ? 4 : 16];
            random.NextBytes(bytes);
            // Runs of zeros are what the short forms of IPv6 are about.
            foreach (var zero in Enumerable.Range(0, bytes.Length).Where(_ => i % 3 == 0 && random.Next(2) == 0)) bytes[zero] = 0;
            var address = new IPAddress(bytes);

            var candidates = NetworkNotation.CandidatesFor(address);

            Assert.Equal((bytes.Length * 8) + 1, candidates.Count);
            for (var shorter = 0; shorter < candidates.Count; shorter++)
            {
                Assert.True(NetworkNotation.TryParse(candidates[shorter], out var network), candidates[shorter]);
                Assert.Equal(candidates[shorter], NetworkNotation.Format(network));
                Assert.Equal((bytes.Length * 8) - shorter, network.PrefixLength);
                Assert.True(network.Contains(address));
            }
        }
    }

    [Fact]
    public void The_sort_key_has_the_order_of_the_numbers()
    {
        string[] sorted =
        [
            "0.0.0.0/0", "9.0.0.0", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.0", "10.0.0.9", "10.0.0.10", "192.168.1.1",
            "::/0", "::1", "2001:db8::/32", "2001:db8::9", "2001:db8::10", "fe80::1",
        ];

        Assert.Equal<IEnumerable<string>>(sorted, sorted.Reverse().OrderBy(NetworkNotation.SortKey, StringComparer.Ordinal));
        Assert.Equal(sorted.Length, sorted.Select(NetworkNotation.SortKey).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::1", "::1")]
    public void A_client_address_is_normalized(string address, string normal) =>
        Assert.Equal(IPAddress.Parse(normal), NetworkNotation.Normalize(IPAddress.Parse(address)));
}
