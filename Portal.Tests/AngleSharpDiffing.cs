using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Portal.Tests;

/// <summary>
/// bUnit was built against a later AngleSharp.Diffing than the one that is to be had everywhere; what it uses is the
/// same in both. The runtime asks here when the version it wants is missing.
/// </summary>
internal static class AngleSharpDiffing
{
    private const string Name = "AngleSharp.Diffing";

    [ModuleInitializer]
    internal static void AnswerForLaterVersions() => AssemblyLoadContext.Default.Resolving += (context, wanted) =>
        string.Equals(wanted.Name, Name, StringComparison.Ordinal)
            ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, $"{Name}.dll"))
            : null;
}
