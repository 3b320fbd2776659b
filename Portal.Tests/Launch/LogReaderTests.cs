using System.Text;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class LogReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-log-").FullName;

    private string LogPath => Path.Combine(_folder, "app.log");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("bell\u0007 null\0", "bell\ufffd null\ufffd")]
    [InlineData("a\u202egnp.exe", "a\ufffdgnp.exe")]
    [InlineData("tab\tand\r\nnext", "tab\tand\nnext")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("cut off \u001b", "cut off ")]
    [InlineData("cut off \u001b[3\nnext", "cut off \nnext")]
    [InlineData("한국어", "한국어")]
    public void Orders_to_a_terminal_and_invisible_letters_are_harmless(string written, string shown) =>
        Assert.Equal(shown, LogText.Read(Encoding.UTF8.GetBytes(written)));

    [Fact]
    public void Bytes_that_are_no_text_are_shown_as_such() => Assert.Equal("a\ufffd\ufffdb", LogText.Read([97, 0xff, 0xfe, 98]));

    [Fact]
    public void A_line_of_a_megabyte_is_cut()
    {
        File.WriteAllText(LogPath, $"first\n{new string('x', 1024 * 1024)}\nlast\n");

        Assert.Equal("last\n", LogReader.Before(LogPath, null).Text);
        Assert.Equal(LogText.LongestLine + 2, LogReader.Before(LogPath, 500_000).Text.Length);
    }

    [Fact]
    public void A_log_is_read_backwards_to_its_beginning_without_a_gap()
    {
        var lines = Enumerable.Range(0, 30_000).Select(i => $"line {i}").ToList();
        File.WriteAllLines(LogPath, lines);

        var text = "";
        for (var part = LogReader.Before(LogPath, null); ; part = LogReader.Before(LogPath, part.Start))
        {
            text = part.Text + text;
            if (part.Start is 0) break;
        }

        Assert.Equal(lines, text.TrimEnd('\n').Split('\n'), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_is_written_is_followed_also_after_the_file_was_emptied()
    {
        File.WriteAllText(LogPath, "old\nhalf");
        var end = LogReader.Before(LogPath, null).End;
        await using var parts = LogReader.FollowAsync(LogPath, end, TimeProvider.System, Cancelled).GetAsyncEnumerator(Cancelled);

        Assert.Equal(("", "half"), await NextAsync(parts));
        File.AppendAllText(LogPath, " done\nmore\n");
        Assert.Equal(("half done\nmore\n", ""), await NextAsync(parts));
        File.WriteAllText(LogPath, "anew\n");
        Assert.Equal(("anew\n", ""), await NextAsync(parts));
        Assert.True(parts.Current.IsAnew);
    }

    [Fact]
    public void A_search_finds_the_newest_lines_in_both_files()
    {
        File.WriteAllLines(LogPath + ".1", ["Error one", "fine"]);
        File.WriteAllText(LogPath, "an ERROR two\nfine\nerror three, unfinished");

        var found = LogReader.Search([LogPath + ".1", LogPath], "error", 2, Cancelled);

        Assert.Equal(3, found.Count);
        Assert.Equal(["an ERROR two", "error three, unfinished"], found.Lines, StringComparer.Ordinal);
        Assert.Equal(0, LogReader.Search([LogPath, LogPath + ".gone"], "nothing", 2, Cancelled).Count);
    }

    [Fact]
    public void A_log_that_fits_into_no_memory_is_read_at_its_end()
    {
        const long Huge = 1L << 40;
        using (var file = new FileStream(LogPath, FileMode.Create))
        {
            file.SetLength(Huge); // no disk is taken by what was never written
            file.Seek(0, SeekOrigin.End);
            file.Write("\nthe needle\n"u8);
        }

        var part = LogReader.Before(LogPath, null);

        Assert.Equal(("the needle\n", Huge + 1), (part.Text, part.Start));
        Assert.Equal("the needle\n", LogReader.After(LogPath, part.Start).Text);
    }

    [Fact]
    public void A_search_sees_what_lies_across_parts()
    {
        File.WriteAllLines(LogPath, Enumerable.Range(0, 20_000).Select(i => $"line {i} of the log"));

        var found = LogReader.Search([LogPath], "LINE", 2, Cancelled);

        Assert.Equal(20_000, found.Count);
        Assert.Equal(["line 19998 of the log", "line 19999 of the log"], found.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public void There_is_nothing_where_there_is_no_log() => Assert.Equal(LogPart.Empty, LogReader.Before(LogPath, null));

    private static async Task<(string Whole, string Unfinished)> NextAsync(IAsyncEnumerator<LogPart> parts)
    {
        Assert.True(await parts.MoveNextAsync());
        return (parts.Current.Text, parts.Current.Rest);
    }
}
