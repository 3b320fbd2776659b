using System.Globalization;
using System.Reflection;

namespace Portal.Web.Hosting;

/// <summary>
/// Represents a key that the portal reads, with those below it. The option types say which there are: a property that can be set
/// is a key, a list has numbered entries, a dictionary has entries of any name.
/// </summary>
internal sealed class KnownKey
{
    private readonly Dictionary<string, KnownKey> _children = new(StringComparer.OrdinalIgnoreCase);
    private KnownKey? _entry;
    private bool _isList;

    private KnownKey(SettingValue? value = null) => Value = value;

    /// <summary>What is written there; null for a group, a list or a dictionary.</summary>
    public SettingValue? Value { get; }

    public bool IsList => _isList;

    /// <summary>Returns the keys below <c>Portal</c>.</summary>
    /// <param name="sections">Option types by the section that they are read from; <c>Portal</c> or one right below it.</param>
    public static KnownKey Of(string root, IEnumerable<(string Section, Type Type)> sections)
    {
        var known = new KnownKey();
        foreach (var (section, type) in sections)
        {
            if (section.Equals(root, StringComparison.Ordinal))
                known.Add(type);
            else if (section.StartsWith($"{root}:", StringComparison.Ordinal))
                known._children[section[(root.Length + 1)..]] = Of(type, null);
        }

        return known;
    }

    /// <summary>Returns the key right below of that name; null where there is none.</summary>
    public KnownKey? Find(string name) =>
        _entry is null ? _children.GetValueOrDefault(name)
        : HasEntry(name) ? _entry
        : null;

    /// <summary>Returns the full names of all values below, with the names of entries taken from the key that was given.</summary>
    public IEnumerable<string> Paths(string path, string[] given, int depth = 1) =>
        Value is not null ? [path]
        : _entry is null ? _children.SelectMany(one => one.Value.Paths($"{path}:{one.Key}", given, depth + 1))
        : _entry.Paths($"{path}:{(depth < given.Length && HasEntry(given[depth]) ? given[depth] : _isList ? "0" : "NAME")}", given, depth + 1);

    private static KnownKey Of(Type type, object? usual)
    {
        if (SettingValue.Of(type, usual) is { } value)
            return new KnownKey(value);
        var known = new KnownKey();
        if (TypeOfEntry(type, typeof(IDictionary<,>)) is { } named)
            known._entry = Of(named, null);
        else if (TypeOfEntry(type, typeof(IEnumerable<>)) is { } numbered)
            (known._entry, known._isList) = (Of(numbered, null), true);
        else
            known.Add(type);
        return known;
    }

    private static Type? TypeOfEntry(Type type, Type collection) => type.GetInterfaces().Append(type)
        .FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == collection)?.GetGenericArguments()[^1];

    private void Add(Type type)
    {
        var usual = Activator.CreateInstance(type, nonPublic: true);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(one => one.CanWrite))
            _children[property.Name] = Of(property.PropertyType, property.GetValue(usual));
    }

    private bool HasEntry(string name) => !_isList || int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
