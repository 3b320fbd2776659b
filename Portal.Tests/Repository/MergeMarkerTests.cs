using System.Text.RegularExpressions;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Repository;

/// <summary>No file holds what a merge left unresolved.</summary>
public sealed partial class MergeMarkerTests
{
    private static readonly string[] Built = ["bin", "obj", ".git", ".tools", "TestResults", "node_modules"];
    private static readonly string[] Texts =
        [".cs", ".md", ".razor", ".cshtml", ".resx", ".json", ".css", ".js", ".py", ".csproj", ".props", ".sln", ".service", ".nft", ".txt", ".yml", ""];

    [Fact]
    public void No_file_holds_a_marker_of_a_merge()
    {
        var files = FilesBelow(new DirectoryInfo(PortalPaths.Root)).ToList();

        Assert.Contains(files, file => file.Name is "admin-guide.md");
        Assert.Empty(files.Where(file => Marker().IsMatch(File.ReadAllText(file.FullName))).Select(file => file.FullName));
    }

    private static IEnumerable<FileInfo> FilesBelow(DirectoryInfo folder) => folder.EnumerateFiles()
        .Where(file => file.LinkTarget is null && Texts.Contains(file.Extension, StringComparer.Ordinal))
        .Concat(folder.EnumerateDirectories()
            .Where(one => one.LinkTarget is null && !Built.Contains(one.Name, StringComparer.Ordinal)).SelectMany(FilesBelow));

    [GeneratedRegex("^(<{7} |={7}$|>{7} )", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Marker();
}
