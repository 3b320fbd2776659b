using System.Text.RegularExpressions;
using Portal.Web;

namespace Portal.Tests.Repository;

/// <summary>A block of the documentation between fences.</summary>
/// <param name="Language">What stands after the fence.</param>
/// <param name="Mark">The comment on the line before; empty for none.</param>
internal sealed partial record CommandBlock(string Place, string Language, string Mark, string Text)
{
    private const string RunMark = "run: ";

    private static readonly string[] Languages = ["sh", "bash", "console", "shell", "bat", "powershell"];

    /// <summary>Whether somebody is to type it.</summary>
    public bool IsCommand => Languages.Contains(Language, StringComparer.Ordinal);

    /// <summary>How a test runs it; null where none does.</summary>
    public string? Run => Mark.StartsWith(RunMark, StringComparison.Ordinal) ? Mark[RunMark.Length..] : null;

    /// <summary>All of them, in all that people read about the portal.</summary>
    public static IReadOnlyList<CommandBlock> All()
    {
        var root = PortalPaths.Root;
        string[] files =
        [
            .. Directory.EnumerateFiles(root, "*.md"), .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories),
            Path.Combine(root, "apps", "README.md"),
        ];
        return [.. files.SelectMany(file => Read(Path.GetRelativePath(root, file), File.ReadAllText(file)))];
    }

    private static IEnumerable<CommandBlock> Read(string file, string text) => Form.Matches(text).Select(match => new CommandBlock(
        $"{file}:{text.AsSpan(0, match.Groups["fence"].Index).Count('\n') + 1}",
        match.Groups["language"].Value, match.Groups["mark"].Value, match.Groups["text"].Value));

    [GeneratedRegex(@"^(?:<!-- (?<mark>.+?) -->\n)?[ ]*(?<fence>```)(?<language>.*)\n(?<text>(?:.*\n)*?)[ ]*```$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form { get; }
}
