using System.Globalization;
using Portal.Data;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;

namespace Portal.Tests.Doubles;

/// <summary>An app of a test. Its interpreter is the stub of this folder, which stands in for Streamlit.</summary>
/// <param name="Behaviour">How it misbehaves; see stub.py.</param>
internal sealed record StubApp(string Slug = "stub", string Behaviour = "")
{
    /// <summary>The stub's own variables and whatever else the app is to see.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<Role> Roles { get; init; } = [];

    /// <summary>By default a file that is there.</summary>
    public string? Script { get; init; }

    public string Python { get; init; } = Path.Combine(TestGround.Doubles, "python");

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public int? MaxInstances { get; init; }

    public GroupLimits Limits { get; init; } = new(null, null);

    /// <summary>As the supervisor knows it.</summary>
    public App On(TestGround ground) => new(
        Slug, Slug, "", Script ?? ground.Script, Python, Arguments, Marked(ground), Roles.Count > 0 ? Roles : Enum.GetValues<Role>())
    {
        MaxInstances = MaxInstances,
        Limits = Limits,
    };

    /// <summary>As an operator would write it.</summary>
    public IEnumerable<(string Key, string Value)> Settings(TestGround ground, int index)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"Portal:Apps:{index}:");
        return
        [
            (key + "Slug", Slug),
            (key + "Title", Slug),
            (key + "Description", ""),
            (key + "Script", Script ?? ground.Script),
            (key + "Python", Python),
            .. MaxInstances is { } most ? [(key + "MaxInstances", most.ToString(CultureInfo.InvariantCulture))] : Array.Empty<(string, string)>(),
            .. Roles.Select((role, i) => (string.Create(CultureInfo.InvariantCulture, $"{key}Roles:{i}"), role.ToString())),
            .. Arguments.Select((argument, i) => (string.Create(CultureInfo.InvariantCulture, $"{key}Arguments:{i}"), argument)),
            .. Marked(ground).Select(variable => ($"{key}Environment:{variable.Key}", variable.Value)),
        ];
    }

    private Dictionary<string, string> Marked(TestGround ground) => new(Environment, StringComparer.Ordinal)
    {
        ["STUB"] = Behaviour,
        [TestGround.MarkName] = ground.Mark,
    };
}
