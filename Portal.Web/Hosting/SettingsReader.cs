namespace Portal.Web.Hosting;

/// <summary>
/// Reads all of <c>Portal:</c> once, before anything is made of it: every key has to be known, every value of its kind. Values
/// in units that people write are put into the configuration as the binder reads them, and in place of one that is wrong its
/// default, so that the rest is examined too.
/// </summary>
internal sealed class SettingsReader
{
    private readonly KnownKey _known = KnownKey.Of(PortalSettings.Root, PortalSettings.Sections);
    private readonly List<SettingMistake> _mistakes = [];
    private readonly Dictionary<string, string?> _normalized = new(StringComparer.OrdinalIgnoreCase);

    private SettingsReader()
    {
    }

    /// <summary>Returns what is wrong, whichever source it comes from.</summary>
    public static IReadOnlyList<SettingMistake> Read(ConfigurationManager configuration)
    {
        var reader = new SettingsReader();
        reader.Walk(configuration.GetSection(PortalSettings.Root), reader._known);
        reader._mistakes.AddRange(ServerSettings.Examine(configuration, reader._normalized));
        configuration.AddInMemoryCollection(reader._normalized);
        return reader._mistakes;
    }

    private void Walk(IConfigurationSection section, KnownKey known)
    {
        if (known.Value is { } value)
            Check(section, value);
        else if (section.Value is { Length: > 0 } text)
            Add(section, $"is '{text}'; it is a {(known.IsList ? "list" : "group")}, written key by key, such as {known.Paths(section.Path, []).First()}.");

        foreach (var child in section.GetChildren())
        {
            if (known.Find(child.Key) is { } next)
                Walk(child, next);
            else
                Refuse(child);
        }
    }

    private void Check(IConfigurationSection section, SettingValue value)
    {
        if (section.Value is not { } text)
            return;
        var normalized = value.Normalize(text);
        if (normalized is null)
            Add(section, $"is '{text}'; it must be {value.Form}.");
        if (!string.Equals(normalized, text, StringComparison.Ordinal))
            _normalized[section.Path] = normalized ?? value.Usual;
    }

    private void Refuse(IConfigurationSection unknown)
    {
        var children = unknown.GetChildren().ToList();
        if (children.Count is 0)
            Add(unknown, $"is not a known key; did you mean {Suggest(unknown.Path)}?");
        children.ForEach(Refuse);
    }

    private string Suggest(string key) => NearestKey.Find(key, _known.Paths(PortalSettings.Root, key.Split(':')));

    private void Add(IConfigurationSection section, string complaint) =>
        _mistakes.Add(new SettingMistake(section.Path, $"{section.Path} {complaint}"));
}
