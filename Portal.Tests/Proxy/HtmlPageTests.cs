using System.Text;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Proxy;

public sealed class HtmlPageTests
{
    [Theory]
    [InlineData("<body>a|</body></html>")]
    [InlineData("<BODY>a|</BODY\n></HTML>")]
    [InlineData("<body>a<script>'</body>'</script>|</body>\n</html>\n")]
    [InlineData("<body>a</bodyguard></body|")]
    [InlineData("<p>a|</html>")]
    [InlineData("<p>a</p>\n|")]
    [InlineData("|</body>")]
    [InlineData("</|")]
    [InlineData("|")]
    public void The_tag_is_put_before_the_end_of_the_body_or_of_what_there_is(string marked)
    {
        var page = marked.Replace("|", "", StringComparison.Ordinal);

        var tagged = HtmlPage.With("TAG"u8, Encoding.ASCII.GetBytes(page));

        Assert.Equal(marked.Replace("|", "TAG", StringComparison.Ordinal), Encoding.ASCII.GetString(tagged));
    }
}
