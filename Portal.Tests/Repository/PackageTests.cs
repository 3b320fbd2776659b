using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Repository;

/// <summary>No package is there that nothing uses.</summary>
public sealed class PackageTests
{
    /// <summary>Packages without an assembly to compile against; what uses them.</summary>
    private static readonly Dictionary<string, string> Tools = new(StringComparer.Ordinal)
    {
        ["Microsoft.EntityFrameworkCore.Design"] = "dotnet ef",
    };

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true };

    private static IEnumerable<string> Projects => Directory.EnumerateFiles(PortalPaths.Root, "*.csproj", Everywhere);

    [Fact]
    public void Every_package_reference_is_used_by_the_code_of_its_project()
    {
        var unused =
            from project in Projects
            let name = Path.GetFileNameWithoutExtension(project)
            from package in Includes(project, "PackageReference")
            where !Tools.ContainsKey(package) && !Assemblies(package).Intersect(References(name), StringComparer.Ordinal).Any()
            select $"{name}: {package}";

        Assert.Empty(unused);
    }

    [Fact]
    public void Every_version_is_of_a_package_that_a_project_refers_to() => Assert.Empty(
        Includes(Path.Combine(PortalPaths.Root, "Directory.Packages.props"), "PackageVersion")
            .Except(Projects.SelectMany(project => Includes(project, "PackageReference")), StringComparer.Ordinal));

    private static IEnumerable<string> Includes(string file, string item) =>
        XDocument.Load(file).Descendants(item).Select(one => one.Attribute("Include")?.Value).OfType<string>();

    /// <summary>The assemblies that the compiler found a use for.</summary>
    private static HashSet<string> References(string project)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{project}.dll")));
        var metadata = file.GetMetadataReader();
        return metadata.AssemblyReferences.Select(one => metadata.GetString(metadata.GetAssemblyReference(one).Name)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The assemblies of a package; of one that has none, those of the packages that it stands for.</summary>
    private static List<string> Assemblies(string package)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Portal.Tests.deps.json")));
        var target = file.RootElement.GetProperty("targets").EnumerateObject().First().Value;
        return AssembliesIn(package);

        List<string> AssembliesIn(string name)
        {
            var entry = target.EnumerateObject().FirstOrDefault(one => one.Name.StartsWith(name + "/", StringComparison.OrdinalIgnoreCase)).Value;
            if (entry.ValueKind is JsonValueKind.Undefined) return [];
            List<string> own = entry.TryGetProperty("runtime", out var runtime)
                ? [.. runtime.EnumerateObject().Select(one => Path.GetFileNameWithoutExtension(one.Name))] : [];
            return own.Count > 0 || !entry.TryGetProperty("dependencies", out var dependencies)
                ? own : [.. dependencies.EnumerateObject().SelectMany(one => AssembliesIn(one.Name))];
        }
    }
}
