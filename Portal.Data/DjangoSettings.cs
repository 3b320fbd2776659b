using System.Globalization;
using System.Text.RegularExpressions;
using static Portal.Data.PythonTokens;

namespace Portal.Data;

/// <summary>
/// The registry as the settings of the first design had it, in a Python source: <c>ADMIN_IPS</c> and <c>USER_IPS</c>, each a
/// list, tuple or set of texts, and <c>STREAMLIT_PORTS</c>, a dictionary from an address to a number. Read as text, never
/// run: what is no plain literal is refused with its line.
/// </summary>
internal static partial class DjangoSettings
{
    private const string Admins = "ADMIN_IPS", Users = "USER_IPS", Ports = "STREAMLIT_PORTS";

    /// <summary>Whether the text looks like one.</summary>
    public static bool IsOne(string text) => Assignment().IsMatch(text);

    /// <returns>
    /// A line for each address; an address that stands there twice, in whichever lists, twice. One for each port whose
    /// address is in none of them and for each part that cannot be read: they say so.
    /// </returns>
    public static IReadOnlyList<ImportLine> Read(string text)
    {
        List<(Token Address, Role Role)> addresses = [];
        List<(Token Address, Token Port)> ports = [];
        List<ImportLine> wrong = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in Statements(text.TrimStart('\uFEFF')))
        {
            if (statement[0] is not { Kind: Kind.Word, Text: Admins or Users or Ports } name) continue;
            var value = Value(statement);
            if (!names.Add(name.Text)) wrong.Add(Wrong(name, RegistryErrorCode.SettingTwice));
            else if (name.Text is Ports && Pairs(value) is { } pairs) ports.AddRange(pairs);
            else if (name.Text is not Ports && Texts(value) is { } texts) addresses.AddRange(texts.Select(one => (one, name.Text is Admins ? Role.Admin : Role.User)));
            else wrong.Add(Wrong(name, RegistryErrorCode.SettingUnreadable));
        }

        return [.. Lines(addresses, ports).Concat(wrong).OrderBy(line => line.Line)];
    }

    private static IEnumerable<ImportLine> Lines(List<(Token Address, Role Role)> addresses, List<(Token Address, Token Port)> ports)
    {
        var known = new Dictionary<string, Token>(StringComparer.Ordinal);
        var registered = addresses.Select(one => Canonical(one.Address)).ToHashSet(StringComparer.Ordinal);
        foreach (var (address, port) in ports)
        {
            var isFirst = known.TryAdd(Canonical(address), port);
            if (!isFirst || !registered.Contains(Canonical(address)))
                yield return Line(address, Role.User, port, new(nameof(RegisteredIpDraft.Port), isFirst ? RegistryErrorCode.PortWithoutAddress : RegistryErrorCode.PortTwice));
        }

        foreach (var (address, role) in addresses)
            yield return Line(address, role, known.TryGetValue(Canonical(address), out var port) ? port : null);
    }

    private static ImportLine Line(Token address, Role role, Token? port, RegistryError? error = null)
    {
        var given = new HashSet<string>(StringComparer.Ordinal) { nameof(RegisteredIpDraft.Network), nameof(RegisteredIpDraft.Role) };
        if (port is not null) given.Add(nameof(RegisteredIpDraft.Port));

        // What is no number is a port out of range, which the registry refuses.
        var number = port is not { } typed ? (int?)null
            : int.TryParse(typed.Text.Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : -1;
        return new(address.Line, new(address.Text, role, number), given, error is null ? [] : [error]);
    }

    private static ImportLine Wrong(Token name, RegistryErrorCode code) =>
        new(name.Line, new(null, Role.User), new HashSet<string>(StringComparer.Ordinal), [new("", code, name.Text)]);

    private static string Canonical(Token address) =>
        NetworkNotation.TryParse(address.Text, out var network) ? NetworkNotation.Format(network) : address.Text;

    /// <summary>What is assigned, its type passed over; empty where the statement does something else.</summary>
    private static List<Token> Value(IReadOnlyList<Token> statement)
    {
        var sign = statement.Index().FirstOrDefault(one => one.Item is { Kind: Kind.Other, Text: "=" }).Index;
        var isPlain = sign is 1 || (sign > 1 && statement[1] is { Kind: Kind.Other, Text: ":" });
        return isPlain ? [.. statement.Skip(sign + 1)] : [];
    }

    /// <summary>The texts of a list, tuple or set; null: it is none.</summary>
    private static List<Token>? Texts(List<Token> value)
    {
        if (Inside(value, "[]", "()", "{}") is not { } inside) return null;
        if (inside.Count == 1 && value[0].Text is "(") return null;
        var isList = inside.Index().All(one => one.Index % 2 == 0 ? one.Item.Kind is Kind.Text : one.Item is { Kind: Kind.Other, Text: "," });
        return isList ? [.. inside.Where(one => one.Kind is Kind.Text)] : null;
    }

    /// <summary>The keys and values of a dictionary; null: it is none.</summary>
    private static List<(Token Address, Token Port)>? Pairs(List<Token> value)
    {
        if (Inside(value, "{}") is not { } inside) return null;
        var isDictionary = inside.Count % 4 is 0 or 3 && inside.Index().All(one => (one.Index % 4) switch
        {
            0 => one.Item.Kind is Kind.Text,
            1 => one.Item is { Kind: Kind.Other, Text: ":" },
            2 => one.Item.Kind is Kind.Word,
            _ => one.Item is { Kind: Kind.Other, Text: "," },
        });
        return isDictionary ? [.. inside.Chunk(4).Select(pair => (pair[0], pair[2]))] : null;
    }

    private static List<Token>? Inside(List<Token> value, params string[] brackets) =>
        value is [{ Kind: Kind.Other } open, .., { Kind: Kind.Other } close] && brackets.Contains(open.Text + close.Text, StringComparer.Ordinal)
            ? value[1..^1]
            : null;

    [GeneratedRegex(@"^(ADMIN_IPS|USER_IPS|STREAMLIT_PORTS)\s*(:[^=\n]*)?=", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Assignment();
}
