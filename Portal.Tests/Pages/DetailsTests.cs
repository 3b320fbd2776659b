using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Portal.Web.Launch;
using Portal.Web.Pages;
using Portal.Web.Resources;
using Xunit;

namespace Portal.Tests.Pages;

/// <summary>What the machinery says in English is said on the pages in the reader's language.</summary>
public sealed partial class DetailsTests
{
    private const int Limit = 1000;

    /// <summary>Files whose sentences are for operators and programs: mistakes in the configuration, reasons for closing a socket, policies.</summary>
    private static readonly string[] ForOthers =
    [
        "Validator.cs", "ScreensOptions.cs", "RunAsCheck.cs", "SystemUser.cs", "FilePassing.cs", "ProcessLimits.cs", "SocketEnd.cs", "SecurityHeaders.cs",
    ];

    /// <summary>What no person reads on a page: patterns of commands and of files, errors of programmers, answers of the control socket.</summary>
    private static readonly string[] NotOnPages =
    [
        "umask 077", "An app's script is", "The validator lets", "Max open files", "The portal that runs does not know", "It cannot be looked up",
        "exec env", "The host has x1 of memory left", "The process of x1", "An app", " of Portal:Launch:MemoryReserve.",
        // Put together of parts, and said as wholes above.
        "it has x1 of memory, over x1", "the hard limit", "the soft limit", " Left to the instances", "loaded.x1", "x1x1",
        "A forked one was never ready", // only in the log
        "the portal's user may not listen there", "LimitNOFILE (ulimit -n)", // before the start
    ];

    private static readonly string[] Folders = ["Launch", "Proxy", "Control", "Audit", "Pages"];

    [Theory]
    [InlineData("The process ended with exit code 3 before it was ready.", "준비되기 전에 프로세스가 종료 코드 3(으)로 종료되었습니다.")]
    [InlineData("closed for everybody by Kim: at noon: for an hour", "Kim 님이 모두에게서 중지함: at noon: for an hour")]
    [InlineData("Port 8501 is registered for this client, but process 12 (nginx) listens on it.", "포트 8501은(는) 이 접속자에게 등록되어 있지만 다른 프로그램이 사용하고 있습니다: 프로세스 12(nginx)")]
    [InlineData("stopped by command line (root)", "명령줄(root) 님이 중지함")]
    [InlineData("Stopped: it has 900 MB of memory, over the hard limit of 800 MB.", "중지됨: 메모리 900 MB를 사용하여 강제 한도 800 MB를 초과함.")]
    [InlineData("Started anew each time. The spawner does not come up: It ended. ImportError: no numpy", "매번 새로 시작합니다. 미리 준비하는 프로세스가 준비되지 않았습니다: 프로세스가 종료되었습니다. ImportError: no numpy")]
    [InlineData("The host has 1,024 MB of memory left, less than the 2,048 MB of Portal:Launch:MemoryReserve.", "서버의 남은 메모리가 1,024 MB로 Portal:Launch:MemoryReserve의 2,048 MB보다 적습니다.")]
    [InlineData("Forked by process 7, which has 900 modules loaded. Left to the instances: a (b); c (d).", "모듈 900개를 미리 불러온 프로세스 7에서 시작합니다. 인스턴스가 직접 불러오는 모듈: a (b); c (d).")]
    public void A_sentence_of_the_log_is_said_in_Korean(string english, string korean)
    {
        Assert.Equal(korean, Say("ko", english));
        Assert.Equal(english, Say("en", english));
    }

    [Fact]
    public void What_the_portal_did_not_say_is_left_as_it_is()
    {
        Assert.Null(Say("ko", "SQLite Error 8: 'attempt to write a readonly database'."));
    }

    /// <summary>A new sentence in the machinery has to be among the resources: it comes to a page sooner or later.</summary>
    [Fact]
    public void Every_sentence_in_the_sources_has_its_Korean()
    {
        var missing = Sentences().Where(sentence => Say("ko", sentence) is null).ToList();

        Assert.True(Sentences().Count() > 30, "The sources were not read.");
        Assert.True(missing.Count is 0, string.Join('\n', missing));
    }

    private static IEnumerable<string> Sentences([CallerFilePath] string here = "")
    {
        var sources = Path.GetFullPath(Path.Combine(here, "../../../Portal.Web"));
        return Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(sources, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !ForOthers.Any(name => Path.GetFileName(file).EndsWith(name, StringComparison.Ordinal)))
            .SelectMany(file => Messages().Replace(File.ReadAllText(file), "").Split('\n'))
            .Where(line => !Beside().IsMatch(line))
            .SelectMany(line => Literal().Matches(line).Select(match => match.Groups["text"].Value))
            .Where(text => Prose().IsMatch(text))
            .Select(text => Hole().Replace(Keys(text), "x1").TrimEnd())
            .Where(text => !NotOnPages.Any(known => text.Contains(known, StringComparison.Ordinal)));
    }

    private static string Keys(string text) => NameOf().Replace(text, "${name}")
        .Replace("{LaunchOptions.Section}", LaunchOptions.Section, StringComparison.Ordinal)
        .Replace("{AppOptions.Key}", AppOptions.Key, StringComparison.Ordinal);

    private static string? Say(string language, string english)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        return services.GetRequiredService<IStringLocalizer<Texts>>().Detail(english);
    }

    [GeneratedRegex(@"\[LoggerMessage\([^\]]*\]", RegexOptions.Singleline, Limit)]
    private static partial Regex Messages();

    [GeneratedRegex("//|throw |Justification|Aborted", RegexOptions.None, Limit)]
    private static partial Regex Beside();

    [GeneratedRegex("\\$?\"(?<text>(?:[^\"\\\\{]|\\\\.|\\{[^}]*\\})*)\"", RegexOptions.None, Limit)]
    private static partial Regex Literal();

    [GeneratedRegex("[A-Za-z]{2,} ([^ ]+ )*[a-z]{2,}", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Prose();

    [GeneratedRegex(@"\{nameof\([A-Za-z.]*?(?<name>[A-Za-z]+)\)\}", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex NameOf();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, Limit)]
    private static partial Regex Hole();
}
