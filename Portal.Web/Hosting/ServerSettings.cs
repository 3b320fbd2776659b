using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Console;

namespace Portal.Web.Hosting;

/// <summary>Examines what the portal is told in the keys of the server and of .NET: addresses, log levels, the connection string.</summary>
internal static class ServerSettings
{
    private const string ConnectionExample = "Data Source={DataDirectory}/portal.db";
    private const string FormatterKey = "Logging:Console:FormatterName";

    private static readonly string[] Formatters = [ConsoleFormatterNames.Json, ConsoleFormatterNames.Simple, ConsoleFormatterNames.Systemd];

    /// <summary>Returns what is wrong; what would keep the host from being built gets another value.</summary>
    public static IEnumerable<SettingMistake> Examine(IConfiguration configuration, IDictionary<string, string?> replaced) =>
    [
        .. ListenAddresses.Examine(configuration),
        .. LogLevels(configuration, replaced),
        .. Formatter(configuration),
        .. Connection(configuration, replaced),
    ];

    private static IEnumerable<SettingMistake> LogLevels(IConfiguration configuration, IDictionary<string, string?> replaced)
    {
        var logging = configuration.GetSection("Logging");
        foreach (var level in logging.GetChildren().Append(logging).SelectMany(one => one.GetSection("LogLevel").GetChildren()))
        {
            if (level.Value is not { Length: > 0 } text || (Enum.TryParse<LogLevel>(text, ignoreCase: true, out var known) && Enum.IsDefined(known)))
                continue;
            replaced[level.Path] = nameof(LogLevel.Information);
            yield return new SettingMistake(level.Path,
                $"{level.Path} is '{text}'; it must be {string.Join(", ", Enum.GetNames<LogLevel>()[..^1])} or {nameof(LogLevel.None)}.");
        }
    }

    private static IEnumerable<SettingMistake> Formatter(IConfiguration configuration)
    {
        if (configuration[FormatterKey] is { Length: > 0 } name && !Formatters.Contains(name, StringComparer.OrdinalIgnoreCase))
            yield return new SettingMistake(FormatterKey, $"{FormatterKey} is '{name}'; it must be {string.Join(" or ", Formatters)}.");
    }

    private static IEnumerable<SettingMistake> Connection(IConfiguration configuration, IDictionary<string, string?> replaced)
    {
        string? why = null;
        try
        {
            _ = new SqliteConnectionStringBuilder(configuration[PortalPaths.ConnectionKey]);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            why = e.Message;
        }

        if (why is null)
            yield break;
        replaced[PortalPaths.ConnectionKey] = "";
        yield return new SettingMistake(PortalPaths.ConnectionKey,
            $"{PortalPaths.ConnectionKey} is '{WithoutPassword(configuration[PortalPaths.ConnectionKey])}', which cannot be read: {why} It must be such as {ConnectionExample}.");
    }

    private static string WithoutPassword(string? text)
    {
        try
        {
            var read = new DbConnectionStringBuilder { ConnectionString = text };
            read.Remove("Password");
            return read.ConnectionString ?? "";
        }
        catch (ArgumentException)
        {
            return text is { } whole && whole.Contains("Password", StringComparison.OrdinalIgnoreCase) ? "…" : text ?? "";
        }
    }
}
