using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Access;

public sealed class OriginsOptionsTests
{
    private const string Portal = "https://portal.company.com";

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData(Portal, null)]
    [InlineData(Portal, "https://apps.company.com")]
    [InlineData(Portal, "https://portal.company.com:8443/")]
    [InlineData("http://10.1.2.3:8000", "http://10.1.2.3:8001")]
    [InlineData("http://[fd00::1]:8000", "http://[fd00::1]:8001")]
    public void One_origin_or_two_that_differ_are_taken(string? url, string? appsUrl) => Assert.True(Check(url, appsUrl).Succeeded);

    [Theory]
    [InlineData(null, "https://apps.company.com", "Portal:Url is missing")]
    [InlineData("portal.company.com", null, "Portal:Url is 'portal.company.com'")]
    [InlineData("/portal", null, "Portal:Url is '/portal'")]
    [InlineData("ftp://portal.company.com", null, "Portal:Url is")]
    [InlineData(Portal, "https://apps.company.com/apps", "Portal:AppsUrl is")]
    [InlineData(Portal, "https://apps.company.com/?x", "Portal:AppsUrl is")]
    [InlineData(Portal, "https://apps.company.com/#x", "Portal:AppsUrl is")]
    [InlineData(Portal, "https://me@apps.company.com", "Portal:AppsUrl is")]
    [InlineData(Portal, "https://Portal.Company.com:443", "Portal:AppsUrl is the same as Portal:Url")]
    [InlineData(Portal, "http://portal.company.com:8000", "Portal:AppsUrl is on the host of Portal:Url with another scheme")]
    public void Whatever_else_is_refused_with_the_key_to_mend(string? url, string? appsUrl, string failure)
    {
        var result = Check(url, appsUrl);

        Assert.StartsWith(failure, Assert.Single(result.Failures ?? []), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTPS://Portal.Company.Com:443/", "https://portal.company.com")]
    [InlineData("http://portal:80", "http://portal")]
    [InlineData("http://portal:443", "http://portal:443")]
    [InlineData("http://[FD00:0::1]:8000", "http://[fd00::1]:8000")]
    [InlineData("https://포털.company.com", "https://xn--wv7bl3c.company.com")]
    public void An_origin_is_written_as_browsers_do(string text, string written)
    {
        Assert.True(WebOrigin.TryParse(text, out var origin));

        Assert.Equal(written, origin.ToString());
    }

    private static ValidateOptionsResult Check(string? url, string? appsUrl) =>
        new OriginsOptionsValidator().Validate(null, new OriginsOptions { Url = url, AppsUrl = appsUrl });
}
