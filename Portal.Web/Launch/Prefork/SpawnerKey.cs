using System.Security.Cryptography;
using System.Text;

namespace Portal.Web.Launch.Prefork;

/// <summary>
/// What a spawner is for: apps of the same script, interpreter, environment, user and <c>Preload</c> share one. The
/// environment counts since libraries read it when they are imported; the script since its imports are preloaded.
/// </summary>
/// <param name="App">One of the apps that share it.</param>
/// <param name="Name">For its files: the same each time the portal starts, and for nothing else.</param>
internal sealed record SpawnerKey(App App, string Name)
{
    public static SpawnerKey Of(App app)
    {
        IEnumerable<string> parts =
        [
            app.Python, app.Script, .. app.Preload.Order(StringComparer.Ordinal), "",
            .. StreamlitCommand.EnvironmentOf(app).Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal),
            .. app.RunAs is { } user ? [user.Name] : Array.Empty<string>(),
        ];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)));
        return new SpawnerKey(app, Convert.ToHexStringLower(hash.AsSpan(0, 8)));
    }

    public bool Equals(SpawnerKey? other) => other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
