using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Portal.Web.Commands;

/// <summary>What a command prints: tables for people, JSON for programs, complaints to where errors go.</summary>
/// <param name="asJson">True for programs.</param>
internal sealed class CommandOutput(bool asJson, TextWriter output, TextWriter errors)
{
    private const string Gap = "  ";

    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    private static readonly JsonSerializerOptions Indented = new(Lines) { WriteIndented = true };

    public bool AsJson { get; } = asJson;

    /// <summary>Whether people look at it as it is written, and not another program or a file.</summary>
    private static bool IsTerminal => !Console.IsOutputRedirected;

    /// <summary>A moment in the server's zone, ISO 8601 to the second.</summary>
    public static string Say(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>A sentence for people; programs are not told.</summary>
    public Task SayAsync(string sentence) => AsJson ? Task.CompletedTask : output.WriteLineAsync(PlainText.Line(sentence));

    public Task ComplainAsync(string sentence) => errors.WriteLineAsync(PlainText.Line(sentence));

    public Task WriteJsonAsync<T>(T value) => output.WriteLineAsync(JsonSerializer.Serialize(value, Indented));

    /// <summary>An object to a line, for what goes on and on.</summary>
    public async Task WriteJsonLineAsync<T>(T value)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(value, Lines));
        await output.FlushAsync();
    }

    public async Task WriteLineAsync(string line)
    {
        await output.WriteLineAsync(PlainText.Line(line));
        await output.FlushAsync();
    }

    /// <summary>A file's text as it is; on a terminal nothing of it can do harm.</summary>
    public Task WriteFileAsync(string text) => IsTerminal
        ? output.WriteAsync(string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(PlainText.Line)))
        : output.WriteAsync(text);

    /// <summary>A table whose widest column gives way, so that a line of it fits the terminal.</summary>
    public async Task WriteTableAsync(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<string[]> lines = [[.. head], .. rows.Select(row => row.Select(PlainText.Line).ToArray())];
        var widths = Enumerable.Range(0, head.Count).Select(column => lines.Max(line => PlainText.Width(line[column]))).ToArray();
        if (IsTerminal)
            Narrow(widths, head);
        foreach (var line in lines)
        {
            var cells = line.Zip(widths, (cell, width) =>
            {
                var text = PlainText.Fit(cell, width);
                return text + new string(' ', width - PlainText.Width(text));
            });
            await output.WriteLineAsync(string.Join(Gap, cells).TrimEnd());
        }
    }

    private static void Narrow(int[] widths, IReadOnlyList<string> head)
    {
        const int Narrowest = 40;
        var room = Math.Max(Console.WindowWidth, Narrowest) - (Gap.Length * (widths.Length - 1));
        while (widths.Sum() > room)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= head[widest].Length)
                return;
            widths[widest]--;
        }
    }
}
