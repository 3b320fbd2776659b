using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Portal.Data;

namespace Portal.Web.Commands;

/// <summary>Words and options that several commands take.</summary>
internal static class Words
{
    /// <summary>One address, as the registry knows it.</summary>
    public static Argument<IPAddress> Address(string name) => new(name)
    {
        Description = "An address: 10.1.2.3",
        CustomParser = ReadAddress,
    };

    public static Option<int> Lines(int usual)
    {
        var lines = new Option<int>("--lines", "-n")
        {
            Description = "How many, of the last",
            HelpName = "N",
            DefaultValueFactory = _ => usual,
        };
        lines.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number < 0)
                result.AddError("--lines must not be negative.");
        });
        return lines;
    }

    public static Option<bool> Follow() => new("--follow", "-f") { Description = "Go on with what comes, until Ctrl+C" };

    private static IPAddress ReadAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (NetworkNotation.TryParse(text, out var network) && NetworkNotation.IsSingleAddress(network))
            return network.BaseAddress;
        result.AddError($"'{text}' is no IP address.");
        return IPAddress.None;
    }
}
