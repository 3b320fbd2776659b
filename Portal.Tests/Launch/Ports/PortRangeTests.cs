using Portal.Web.Launch.Ports;
using Xunit;

namespace Portal.Tests.Launch.Ports;

public sealed class PortRangeTests
{
    [Theory]
    [InlineData("8501-8999", 8501, 8999)]
    [InlineData(" 8501 - 8502 ", 8501, 8502)]
    [InlineData("8501", 8501, 8501)]
    [InlineData("1024-65535", 1024, 65535)]
    public void Two_ports_or_one_are_a_range(string text, int first, int last)
    {
        Assert.True(PortRange.TryParse(text, out var range));
        Assert.Equal((first, last, last - first + 1), (range.First, range.Last, range.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("8501-")]
    [InlineData("-8501")]
    [InlineData("8502-8501")]
    [InlineData("1023-2000")]
    [InlineData("8501-65536")]
    [InlineData("8501-8502-8503")]
    [InlineData("+8501")]
    [InlineData("8,501")]
    [InlineData("99999999999")]
    [InlineData("all")]
    public void Anything_else_is_none(string? text) => Assert.False(PortRange.TryParse(text, out _));
}
