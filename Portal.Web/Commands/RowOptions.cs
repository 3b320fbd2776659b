using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Portal.Data;

namespace Portal.Web.Commands;

/// <summary>The options that name the fields of a registration; what is not given stays as it is.</summary>
internal sealed class RowOptions
{
    private static readonly string[] Moments = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK"];

    private readonly Option<Role> _role = new("--role") { Description = "What its clients may do" };
    private readonly Option<int> _port = new("--port") { Description = "The port of its instance, 1024 to 65535", HelpName = "PORT" };
    private readonly Option<bool> _noPort = new("--no-port") { Description = "Any free port" };
    private readonly Option<string> _label = new("--label") { Description = "Who or what it is; \"\" for nothing", HelpName = "TEXT" };
    private readonly Option<string> _notes = new("--notes") { Description = "What else to remember; \"\" for nothing", HelpName = "TEXT" };
    private readonly Option<DateTimeOffset> _expires = new("--expires")
    {
        Description = "From when on it admits nobody: 2026-12-31, 2026-12-31T18:00 in the server's zone, or 2026-12-31T18:00+09:00",
        HelpName = "MOMENT",
        CustomParser = ReadMoment,
    };

    private readonly Option<bool> _noExpires = new("--no-expires") { Description = "It does not expire" };
    private readonly Option<bool> _enable = new("--enable") { Description = "It admits its clients" };
    private readonly Option<bool> _disable = new("--disable") { Description = "It admits nobody, and shuts them out of wider networks" };

    private IReadOnlyList<Option> All =>
        [_role, _port, _noPort, _label, _notes, _expires, _noExpires, _enable, _disable];

    /// <param name="atLeastOne">True where the command makes no sense without any of them.</param>
    public void AddTo(Command command, bool atLeastOne)
    {
        foreach (var option in All)
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var (one, other) in new (Option, Option)[] { (_port, _noPort), (_expires, _noExpires), (_enable, _disable) })
            {
                if (IsGiven(result, one) && IsGiven(result, other))
                    result.AddError($"{one.Name} and {other.Name} exclude each other.");
            }

            if (atLeastOne && !All.Any(option => IsGiven(result, option)))
                result.AddError($"Say what to change: {string.Join(", ", All.Select(option => option.Name))}.");
        });
    }

    /// <summary>True where nothing but the switch is given: then nothing else of the row need be in order.</summary>
    public bool OnlySwitches(ParseResult parsed) =>
        All.All(option => option == _enable || option == _disable || !IsGiven(parsed, option));

    public RegisteredIpDraft Apply(ParseResult parsed, RegisteredIpDraft draft) => draft with
    {
        Role = IsGiven(parsed, _role) ? parsed.GetValue(_role) : draft.Role,
        Port = parsed.GetValue(_noPort) ? null : IsGiven(parsed, _port) ? parsed.GetValue(_port) : draft.Port,
        Label = IsGiven(parsed, _label) ? parsed.GetValue(_label) : draft.Label,
        Notes = IsGiven(parsed, _notes) ? parsed.GetValue(_notes) : draft.Notes,
        ExpiresAt = parsed.GetValue(_noExpires) ? null : IsGiven(parsed, _expires) ? parsed.GetValue(_expires) : draft.ExpiresAt,
        Enabled = parsed.GetValue(_enable) || (!parsed.GetValue(_disable) && draft.Enabled),
    };

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private static DateTimeOffset ReadMoment(ArgumentResult result)
    {
        if (DateTimeOffset.TryParseExact(
            result.Tokens[0].Value, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment))
        {
            return moment;
        }

        result.AddError($"'{result.Tokens[0].Value}' is no moment; write it as 2026-12-31 or 2026-12-31T18:00+09:00.");
        return default;
    }
}
