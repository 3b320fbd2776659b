using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class DjangoSettingsTests : DatabaseTest
{
    [Fact]
    public void The_settings_of_the_first_design_are_read()
    {
        const string Settings = """"
            """The portal's settings.

            ADMIN_IPS = ["10.9.9.9"]
            """
            from pathlib import Path
            BASE_DIR = Path(__file__).resolve().parent  # ADMIN_IPS = ["10.9.9.8"]
            DATABASES = {"default": {"NAME": BASE_DIR / "db", "OPTIONS": [(1, 'a'), "it's"]}}
            ADMIN_IPS = [
                '127.0.0.1',  # the server, "itself"
                "192.168.1.100",
            ]
            USER_IPS: set[str] = {"192.168.1.101", r"10.1.0.0/16"}; DEBUG = \
                True
            if DEBUG:
                USER_IPS = ["10.9.9.7"]
            STREAMLIT_PORTS = {"127.0.0.1": 8501,
              "192.168.1.101": 8_503,
            }
            """";

        var lines = ImportText.Read(Settings.ReplaceLineEndings("\r\n"), TimeZoneInfo.Utc);

        Assert.Equal(
            [(9, "127.0.0.1", Role.Admin, 8501), (10, "192.168.1.100", Role.Admin, null), (12, "192.168.1.101", Role.User, 8503), (12, "10.1.0.0/16", Role.User, (int?)null)],
            lines.Select(line => (line.Line, line.Draft.Network, line.Draft.Role, line.Draft.Port)));
        Assert.All(lines, line => Assert.Empty(line.Errors));
        Assert.Equal([true, false, true, false], lines.Select(line => line.Given.Contains("Port")));
    }

    [Theory]
    [InlineData("ADMIN_IPS = ()", "")]
    [InlineData("ADMIN_IPS = ('10.0.0.1',)", "1 10.0.0.1")]
    [InlineData("ADMIN_IPS = ('10.0.0.1')", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = os.environ['ADMINS'].split(',')", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = [f'10.0.0.{i}' for i in range(9)]", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = ['10.0.0' '.1']", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = ['10.0.0\\x2e1']", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = ['10.0.0.1'", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = ['10.0.0.1\n']", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS =", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = []\nADMIN_IPS += ['10.0.0.1']", "2 SettingTwice ADMIN_IPS")]
    [InlineData("\nUSER_IPS = []\nUSER_IPS = ['10.0.0.1']", "3 SettingTwice USER_IPS")]
    [InlineData("STREAMLIT_PORTS = {'10.0.0.1': 8501}", "1 10.0.0.1 PortWithoutAddress")]
    [InlineData("STREAMLIT_PORTS = {'10.0.0.1': '8501'}", "1 SettingUnreadable STREAMLIT_PORTS")]
    [InlineData("STREAMLIT_PORTS = dict(a=1)", "1 SettingUnreadable STREAMLIT_PORTS")]
    [InlineData("USER_IPS = ['10.0.0.1']\nSTREAMLIT_PORTS = {'10.0.0.1/32': 8501,\n'10.0.0.1': 8502}", "1 10.0.0.1|3 10.0.0.1 PortTwice")]
    [InlineData("ADMIN_IPS = \"\"\"", "1 SettingUnreadable ADMIN_IPS")]
    [InlineData("ADMIN_IPS = [\\", "1 SettingUnreadable ADMIN_IPS")]
    public void What_is_no_plain_literal_is_named_with_its_line(string settings, string told) => Assert.Equal(
        told,
        string.Join('|', ImportText.Read(settings, TimeZoneInfo.Utc).Select(line => string.Join(' ', new[] { $"{line.Line}", line.Draft.Network }
            .Concat(line.Errors.SelectMany(error => new[] { $"{error.Code}", error.Argument })).Where(part => !string.IsNullOrEmpty(part))))));

    [Fact]
    public async Task An_address_in_both_lists_and_a_port_that_is_none_are_refused()
    {
        var lines = ImportText.Read(
            "ADMIN_IPS = ['10.0.0.1']\nUSER_IPS = ['10.0.0.1', '10.0.0.2', '10.0.0.300']\nSTREAMLIT_PORTS = {'10.0.0.2': 0x1F}", TimeZoneInfo.Utc);

        var plan = await Store.TryImportAsync(lines, TemporaryDatabase.Anyone, Cancelled);

        Assert.Equal(
            ["Added ", "Refused NetworkTwice", "Refused PortOutOfRange", "Refused NetworkInvalid"],
            plan.Items.Select(item => $"{item.Kind} {string.Join(' ', item.Errors.Select(error => error.Code))}"),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_is_registered_keeps_what_the_settings_do_not_speak_of()
    {
        await AddAsync(new("10.0.0.1", Role.User, 8501, "Ann", Notes: "kept"));

        var plan = await Store.TryImportAsync(ImportText.Read("ADMIN_IPS = {\"10.0.0.1\"}", TimeZoneInfo.Utc), TemporaryDatabase.Anyone, Cancelled);

        var item = Assert.Single(plan.Items);
        Assert.Equal((Role.Admin, 8501, "Ann", "kept"), (item.After.Role, item.After.Port, item.After.Label, item.After.Notes));
        Assert.True(plan.CanCommit);
    }
}
