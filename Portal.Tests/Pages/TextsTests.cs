using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Portal.Data;
using Portal.Web.Launch;
using Portal.Web.Pages.Admin.Dashboard;
using Portal.Web.Resources;
using Xunit;

namespace Portal.Tests.Pages;

public sealed partial class TextsTests
{
    private const int Limit = 1000;

    private static readonly ResourceManager Texts = new(typeof(Texts));

    [Fact]
    public void Every_text_has_its_translation()
    {
        Assert.Equal(In("").Keys.Order(StringComparer.Ordinal), In("ko").Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(In("").Concat(In("ko")), text => string.IsNullOrWhiteSpace(text.Value));
    }

    [Fact]
    public void A_translation_has_the_placeholders_of_its_original()
    {
        var korean = In("ko");

        foreach (var (key, text) in In(""))
            Assert.True(Placeholders(text).SetEquals(Placeholders(korean[key])), $"{key} differs in its placeholders.");
    }

    [Fact]
    public void Every_text_that_is_asked_for_is_there_and_no_other()
    {
        Assert.Equal(AskedFor().Order(StringComparer.Ordinal), In("").Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Home_Title_Admin", "관리자 페이지")]
    [InlineData("Home_Title_User", "사용자 페이지")]
    [InlineData("App_Launch", "Streamlit 앱 실행 및 접속")]
    [InlineData("Unauthorized_Title", "접근 제한")]
    [InlineData("Unauthorized_Text", "등록되지 않은 사용자입니다. 관리자에게 문의하세요.")]
    public void The_agreed_words_stand(string key, string text) => Assert.Equal(text, In("ko")[key]);

    private static Dictionary<string, string> In(string language) =>
        // Every language of the portal has a resource of its own.
        Texts.GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>()
            .ToDictionary(text => (string)text.Key, text => (string)text.Value!, StringComparer.Ordinal);

    private static HashSet<string> Placeholders(string text) =>
        [.. Placeholder().Matches(text).Select(match => match.Value)];

    /// <summary>What stands in the sources, <c>["Key"]</c> and <c>? "Key_A" : "Key_B"</c>, and what is put together there.</summary>
    private static HashSet<string> AskedFor([CallerFilePath] string here = "")
    {
        var sources = Path.GetFullPath(Path.Combine(here, "../../../Portal.Web"));
        var known = In("").Keys.ToHashSet(StringComparer.Ordinal);
        var literals = Directory.EnumerateFiles(Path.Combine(sources, "Pages"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(sources, "Components")))
            .SelectMany(File.ReadLines)
            .SelectMany(line => Indexed().Matches(line).Select(match => match.Groups["key"].Value)
                .Concat(Literal().Matches(line).Select(match => match.Groups["key"].Value).Where(known.Contains)));
        return [.. literals, .. PutTogether()];
    }

    private static string[] StatusPages => ["400", "403", "404", "414", "431", "500", "503", "Database", "Other"];

    private static IEnumerable<string> PutTogether() =>
    [
        .. Names<Role>("Role_", "Home_Title_", "Home_Empty_", "Edit_Role_"),
        .. Names<InstanceState>("State_", "Launch_"),
        "State_None",
        .. Names<LaunchFailureReason>("Failure_"),
        .. Names<RegistryErrorCode>("Error_"),
        .. Names<RegisteredIpSort>("Column_"),
        .. Names<AuditAction>("Audit_"),
        .. Names<AskRefusal>("Ask_").Except(["Ask_AlreadyAsked"], StringComparer.Ordinal),
        .. Names("Column_", "Client", "App", "State", "Process", "Port", "Since", "Activity", "Connections"),
        .. Names<RegistrationState>("Registration_"),
        .. Names<AnnouncementErrorCode>("Announcement_"),
        .. Names("Announcement_", "Text", "Level", "State", "From", "Until", "By", "Shown", "Planned", "Over"),
        .. Names<AnnouncementLevel>("Level_"),
        .. Names<AnnouncementLevel>("Level_").Select(key => key + "_Hint"),
        .. Names<CapacityLimit>("Overview_Limit_"),
        .. Names<ProblemKind>("Problem_"),
        .. Enum.GetNames<ProblemKind>().Select(kind => $"Problem_{kind}_Mend"),
        .. Names("Format_", "Hour", "Day", "Date"),
        .. Names("Import_", "Refused", "Added", "Changed"),
        .. Names<PeerKind>("Peer_"),
        .. In("").Keys.Where(key => key.StartsWith("Detail_", StringComparison.Ordinal)), // known by their text, see DetailsTests
        .. StatusPages.Select(page => $"Status_{page}_Title"),
        .. StatusPages.Select(page => $"Status_{page}_Text"),
    ];

    private static IEnumerable<string> Names<T>(params string[] prefixes)
        where T : struct, Enum =>
        prefixes.SelectMany(prefix => Names(prefix, Enum.GetNames<T>()));

    private static IEnumerable<string> Names(string prefix, params string[] names) => names.Select(name => prefix + name);

    [GeneratedRegex(@"\{\d+", RegexOptions.None, Limit)]
    private static partial Regex Placeholder();

    [GeneratedRegex("""[Tt]ext\["(?<key>\w+)"[\],]""", RegexOptions.None, Limit)]
    private static partial Regex Indexed();

    [GeneratedRegex("\"(?<key>\\w+)\"", RegexOptions.None, Limit)]
    private static partial Regex Literal();
}
