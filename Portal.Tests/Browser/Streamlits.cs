using Portal.Web;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>The Streamlit environments that <c>eng/streamlit</c> has made: <c>.tools/streamlit</c>, and others by version.</summary>
internal static class Streamlits
{
    private static readonly string Tools = Path.Combine(PortalPaths.Root, ".tools");

    /// <summary>Their folders in <c>.tools</c>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateDirectories(Tools, "streamlit*").Select(Path.GetFileName).OfType<string>()
            .Where(name => File.Exists(PythonOf(name))).Order(StringComparer.Ordinal),
    ];

    /// <summary>The same, as the first argument of a theory.</summary>
    public static TheoryData<string> Names() => new(All);

    /// <summary>The same, each with the width of a desk and of a phone.</summary>
    public static TheoryData<string, int> NamesAndWidths()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in All)
        {
            data.Add(name, 1280);
            data.Add(name, 360);
        }

        return data;
    }

    public static string PythonOf(string name) => Path.Combine(Tools, name, "bin", "python");

    /// <summary>What an app on it is called in addresses.</summary>
    public static string SlugOf(string name) => name.Replace('.', '-');
}
