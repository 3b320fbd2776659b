using System.Text;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

/// <summary>A file is read as the spreadsheet wrote it, or not at all.</summary>
public sealed class FileTextTests
{
    private const string Text = "network,label\r\n10.0.0.1,김민지 똠방각하\r\n";

    [Fact]
    public void What_a_Korean_spreadsheet_saves_is_read()
    {
        var korean = CodePagesEncodingProvider.Instance.GetEncoding(949);
        Assert.NotNull(korean);

        Assert.Equal((Text, "CP949"), FileText.Read(korean.GetBytes(Text)));
        Assert.Equal((Text, "UTF-16"), FileText.Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)]));
        Assert.Equal((Text, "UTF-16"), FileText.Read([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)]));
        Assert.Equal((Text, "UTF-8"), FileText.Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)]));
        Assert.Equal((Text, "UTF-8"), FileText.Read(Encoding.UTF8.GetBytes(Text)));
        Assert.Equal(("", "UTF-8"), FileText.Read([]));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xFF, 0x80 })] // in no encoding
    [InlineData(new byte[] { (byte)'a', 0xC9, 0xFE, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a' })] // half of a character
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0xDC })] // half of a pair
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0, (byte)'a', 0, 0, 0 })] // UTF-32
    [InlineData(new byte[] { (byte)'a', 0, (byte)'b', 0 })] // UTF-16 without its mark
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xB1, 0xE8 })] // said to be UTF-8
    public void What_cannot_be_read_as_a_whole_is_not_read(byte[] file) => Assert.Null(FileText.Read(file));

    [Fact]
    public void Columns_with_tabs_between_them_are_read()
    {
        var line = Assert.Single(RegistryCsv.Read("\uFEFFnetwork\trole\tlabel\r\n10.0.0.1\tadmin\t\"김, 민지\"\r\n", TimeZoneInfo.Utc));

        Assert.Empty(line.Errors);
        Assert.Equal(("10.0.0.1", Role.Admin, "김, 민지"), (line.Draft.Network, line.Draft.Role, line.Draft.Label));
        Assert.True(RegistryCsv.IsOne("network\tlabel\n"));
    }
}
