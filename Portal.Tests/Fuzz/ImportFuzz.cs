using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Fuzz;

/// <summary>Files that admins bring: comma-separated ones and Python sources.</summary>
public sealed class ImportFuzz
{
    /// <summary>Fifty times what the reading of a text of this size takes on a slow machine; what is not linear takes an hour.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Gen<string> Sources = Fuzzing.Of(
        "ADMIN_IPS", "USER_IPS", "STREAMLIT_PORTS", " = ", ": list", "[", "]", "(", ")", "{", "}", "'10.0.0.1'", "\"10.0.0.2\"", "'10.0.0.3': 8501", ",", ",", "\n", "\n", "\r\n",
        "\\", "\\\n", "'", "\"", "'''", "\"\"\"", "#", ";", " ", "r'", "f'", "8_501", "é", "\0", "\u2028", "x");

    [Fact]
    public void A_registry_that_is_written_and_read_is_the_same() => Fuzzing.Holds(Fuzzing.Texts.Zip(Gen.OneOf(Fuzzing.Texts, Sources)).ListOf(), texts =>
    {
        // As the registry holds them: clean, and nothing that it would refuse.
        var rows = texts.Select((text, i) => new RegisteredIp
        {
            Network = string.Create(CultureInfo.InvariantCulture, $"10.0.{i / 256}.{i % 256}"),
            Role = i % 2 is 0 ? Role.User : Role.Admin,
            Port = i % 3 is 0 ? 1024 + i : null,
            Label = Plain(LabelText.Clean(text.Item1)),
            Notes = string.Concat(LabelText.CleanLines(text.Item2).Where(c => c is '\n' or '\t' || LabelText.IsPlain($"{c}"))).Trim(),
            Enabled = i % 5 > 0,
            ExpiresAt = i % 2 is 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(i * 1234567L),
        }).ToList();

        var lines = ImportText.Read(RegistryCsv.Write(rows), TimeZoneInfo.Utc);

        Assert.All(lines, line => Assert.Empty(line.Errors));
        Assert.Equal(
            rows.Select(row => (row.Network, row.Role, row.Port, row.Label, row.Notes, row.Enabled, row.ExpiresAt)),
            lines.Select(line => (line.Draft.Network ?? "", line.Draft.Role, line.Draft.Port, line.Draft.Label ?? "", line.Draft.Notes ?? "", line.Draft.Enabled, line.Draft.ExpiresAt)));
    }, 500);

    [Fact]
    public void Fields_of_any_text_come_back_as_they_were() => Fuzzing.Holds(Fuzzing.Texts.NonEmptyListOf().NonEmptyListOf(), records =>
    {
        // A line with nothing in it is no record, and a file holds no half of a surrogate pair.
        var told = records.Where(fields => fields is not [""]).Select(fields => fields.ConvertAll(AsInFile)).ToList();

        var read = CsvText.Records("\uFEFF" + string.Concat(told.Select(CsvText.Line))).Select(record => record.Fields);

        Assert.Equal<IEnumerable<string>>(told, read.Select(fields => fields ?? []));
    }, 500);

    [Fact]
    public void A_text_that_is_clean_stays_as_it_is() => Fuzzing.Holds(Fuzzing.Texts, text =>
    {
        Assert.Equal(LabelText.Clean(text), LabelText.Clean(LabelText.Clean(text)));
        Assert.Equal(LabelText.CleanLines(text), LabelText.CleanLines(LabelText.CleanLines(text)));
    }, 5000);

    [Fact]
    public void Whatever_a_file_holds_is_answered_line_by_line() => Fuzzing.Holds(
        Gen.OneOf(Fuzzing.Texts, Sources, Fuzzing.Texts.Select(text => "network,label,expires,port\n" + text), Sources.Select(text => "ADMIN_IPS = [" + text)), text =>
        {
            var most = text.Count(c => c is '\n' or '\r') + 1;

            foreach (var line in ImportText.Read(text, TimeZoneInfo.Utc))
            {
                Assert.InRange(line.Line, 1, most);
                Assert.True(line.Errors.Count > 0 || line.Draft.Network is not null);
                _ = DraftCheck.Check(line.Draft);
            }
        }, 10_000);

    [Fact]
    public void Settings_of_plain_literals_are_read_to_the_letter() => Fuzzing.Holds(
        Gen.Choose(0, 255).ListOf().Zip(Gen.Elements(" ", "\n", "\n# ]\n", "\\\n ", "\r\n")), both =>
        {
            var (numbers, gap) = both;
            var addresses = numbers.Distinct().Select(number => string.Create(CultureInfo.InvariantCulture, $"10.0.0.{number}")).ToList();
            var settings = $"USER_IPS = [{string.Join("," + gap, addresses.Select(one => $"'{one}'"))}]{Environment.NewLine}"
                + $"STREAMLIT_PORTS = {{{string.Join(",", addresses.Select((one, i) => string.Create(CultureInfo.InvariantCulture, $"{gap}\"{one}\": {2000 + i}")))}}}";

            var lines = ImportText.Read(settings, TimeZoneInfo.Utc);

            Assert.All(lines, line => Assert.Empty(line.Errors));
            Assert.Equal(addresses.Select((one, i) => (one, (int?)(2000 + i))), lines.Select(line => (line.Draft.Network ?? "", line.Draft.Port)));
        }, 1000);

    [Theory]
    [InlineData("\"", "")]
    [InlineData("\"\"", "")]
    [InlineData(",", "")]
    [InlineData("network\n", "")]
    [InlineData("'", "")]
    [InlineData("'''", "ADMIN_IPS = [")]
    [InlineData("'\n", "ADMIN_IPS = [")]
    [InlineData("[", "ADMIN_IPS = [")]
    [InlineData("\\", "ADMIN_IPS = [")]
    [InlineData("'10.0.0.1',", "ADMIN_IPS = [")]
    [InlineData("'10.0.0.1': 1,", "STREAMLIT_PORTS = {")]
    [InlineData("ADMIN_IPS\n\n\n\n", "")]
    [InlineData("ADMIN_IPS:x\n", "")]
    [InlineData("ADMIN_IPS = []\n", "")]
    [InlineData("# \n", "ADMIN_IPS = []\n")]
    public async Task A_long_file_takes_time_in_proportion(string piece, string head)
    {
        var text = new StringBuilder(head).Insert(head.Length, piece, 1_000_000 / piece.Length).ToString();

        await Task.Run(() => ImportText.Read(text, TimeZoneInfo.Utc), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static string AsInFile(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Plain(string text) => string.Concat(text.Where(c => LabelText.IsPlain($"{c}"))).Trim();
}
