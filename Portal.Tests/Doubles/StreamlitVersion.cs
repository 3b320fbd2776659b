using Portal.Web;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>
/// Represents a real Streamlit that eng/streamlit provides. What is tested with one is tested with both: their servers have
/// nothing in common. Such tests have the version in their name, by which eng/test counts them.
/// </summary>
internal static class StreamlitVersion
{
    /// <summary>What most apps run on: Starlette and uvicorn.</summary>
    public const string Current = "1.62";

    /// <summary>What older apps run on: Tornado.</summary>
    public const string Older = "1.31";

    /// <summary>Lists both.</summary>
    public static IReadOnlyList<string> All { get; } = [Current, Older];

    /// <summary>Returns the interpreter that has this version.</summary>
    public static string PythonOf(string version)
    {
        var folder = version is Current ? "streamlit" : $"streamlit-{version}";
        var python = Path.Combine(PortalPaths.Root, ".tools", folder, "bin", "python");
        Assert.True(File.Exists(python), $"{python} is missing; eng/streamlit --version {version} makes it.");
        return python;
    }

    /// <summary>Returns what an app on this version is called in addresses.</summary>
    public static string SlugOf(string version) => $"on-{version.Replace('.', '-')}";
}
