using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Access;

public sealed class HostNamesTests
{
    private static readonly Origins Together = new(Options.Create(new OriginsOptions()));

    [Theory]
    [InlineData("", true)]
    [InlineData("portal", true)]
    [InlineData("PORTAL:8000", true)]
    [InlineData("localhost:8000", true)]
    [InlineData("10.1.2.3:8000", true)]
    [InlineData("[fd00::1]:8000", true)]
    [InlineData("[::1]", true)]
    [InlineData("portal.intranet:8000", true)]
    [InlineData("portal.example", true)]
    [InlineData("portal.company.com", true)]
    [InlineData("Portal.Company.Com.:443", true)]
    [InlineData("a.b.wild.com", true)]
    [InlineData("wild.com", false)]
    [InlineData("notwild.com", false)]
    [InlineData("other.company.com", false)]
    [InlineData("portal.company.com.evil.net", false)]
    [InlineData("10.1.2.3.evil.net", false)]
    [InlineData("localhost.evil.net:8000", false)]
    [InlineData("evil.net:8000", false)]
    [InlineData("evil.net:8000:1", false)]
    [InlineData("xn--vf4bp61ak4b3wd.kr:8000", true)]
    [InlineData("a.xn--wild-fr2q.kr", true)]
    [InlineData("xn--vf4bp61ak4b3wd.com", false)]
    public void Names_that_somebody_else_could_own_are_the_portals_only_where_the_operator_says_so(string host, bool isHeld)
    {
        var names = new HostNames(Options.Create(new AccessOptions { HostNames = { "portal.company.com", "*.wild.com", "포털회사.kr", "*.들wild.kr" } }), Together);

        Assert.Equal(isHeld, names.Hold(host));
    }

    [Fact]
    public void Every_name_is_where_it_is_checked_elsewhere() =>
        Assert.True(new HostNames(Options.Create(new AccessOptions { HostNames = { "*" } }), Together).Hold("evil.net"));

    [Theory]
    [InlineData("portal.company.com:8443", true)]
    [InlineData("apps.company.com", true)]
    [InlineData("other.company.com", false)]
    public void The_hosts_of_both_origins_are_the_portals(string host, bool isHeld)
    {
        var origins = new Origins(Options.Create(new OriginsOptions { Url = "https://portal.company.com", AppsUrl = "https://Apps.Company.com:444/" }));

        Assert.Equal(isHeld, new HostNames(Options.Create(new AccessOptions()), origins).Hold(host));
    }
}
