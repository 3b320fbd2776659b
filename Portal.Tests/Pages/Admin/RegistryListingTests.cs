using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Data;
using Portal.Web.Pages.Admin.Registry;
using Xunit;

namespace Portal.Tests.Pages.Admin;

public sealed class RegistryListingTests
{
    [Theory]
    [InlineData("/admin/")]
    [InlineData("/admin/?search=a%26b")]
    [InlineData("/admin/?search=desk&role=Admin&state=Expiring&sort=Port&order=desc&p=2&size=50")]
    public void What_an_address_says_stands_in_the_address_again(string url) => Assert.Equal(url, Read(url).Url);

    [Theory]
    [InlineData("/admin/?role=Owner&state=Sleeping&sort=Colour&order=up&p=-1&size=3")]
    [InlineData("/admin/?role=7&state=9&sort=11&p=x&size=")]
    public void What_an_address_says_wrongly_is_as_by_default(string url) => Assert.Equal("/admin/", Read(url).Url);

    [Fact]
    public void Sorting_keeps_the_filters_and_goes_back_to_the_first_page() => Assert.Equal(
        "/admin/?role=User&state=Disabled&sort=Label",
        Read("/admin/?role=User&state=Disabled&p=3").SortedBy(RegisteredIpSort.Label));

    private static RegistryListing Read(string url)
    {
        var start = url.IndexOf('?', StringComparison.Ordinal);
        return RegistryListing.From(new QueryCollection(QueryHelpers.ParseQuery(start < 0 ? "" : url[start..])));
    }
}
