using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>An app cannot tell whether it was forked: all that it sends, logs and ends with is the same in both ways.</summary>
public sealed partial class CorpusTests
{
    private static readonly string[] Shared =
    [
        "numpy", "pandas", "altair", "PIL.Image", "lib_constants", "lib_package.part", "lib_sets_environment", "lib_filters", "lib_at_exit",
    ];

    private static readonly string[] Left =
    [
        "lib_opens_file", "lib_opens_pipe", "lib_opens_socket", "lib_starts_thread", "lib_keeps_values", "lib_asks_process",
        "lib_changes_process", "lib_schemes", "lib_handler", "lib_warns", "lib_registry",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StreamlitVersion.Current)]
    [InlineData(StreamlitVersion.Older)]
    public async Task Every_app_is_the_same_for_a_client_who_gets_it_directly_and_for_two_who_get_it_forked(string version)
    {
        await using var corpus = await Corpus.StartAsync(version);
        var denied = corpus.Spawner.Denied;
        var runs = new ConcurrentDictionary<string, IReadOnlyList<CorpusRun>>(StringComparer.Ordinal);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Cancelled };
        await Parallel.ForEachAsync(corpus.Apps, parallel, async (app, _) => runs[app] = await corpus.RunAsync(app));

        Assert.True(corpus.Apps.Count >= 40);
        var decoded = await corpus.DecodeAsync(corpus.Apps.SelectMany(app => runs[app]));
        List<string> differences = [];
        foreach (var (place, app) in corpus.Apps.Index())
        {
            var (direct, sent) = (runs[app][0], decoded.Skip(3 * place).Take(3).ToList());
            Assert.NotEmpty(direct.Messages);
            for (var client = 1; client < 3; client++)
            {
                var name = $"{app}, client {client}";
                var forked = runs[app][client];
                var (expected, found) = (TextsOf(sent[0], "sent"), TextsOf(sent[client], "sent"));
                differences.AddRange(Compare($"{name} sends", expected, found));
                differences.AddRange(Compare($"{name} logs", LinesOf(direct.Log), LinesOf(forked.Log)));
                differences.AddRange(Compare($"{name} ends with", [$"{direct.ExitCode}"], [$"{forked.ExitCode}"]));
                for (var other = 0; other < client; other++)
                {
                    var shared = TextsOf(sent[client], "random").Intersect(TextsOf(sent[other], "random"), StringComparer.Ordinal);
                    differences.AddRange(shared.Select(value => $"{name} shares {value}"));
                }
            }
        }

        Assert.True(differences.Count is 0, string.Join('\n', differences));

        // Else there was nothing to compare.
        Assert.All(Shared, module => Assert.DoesNotContain(module, denied));
        Assert.All(Left, module => Assert.Contains(module, denied));
    }

    private static IEnumerable<string> Compare(string what, List<string> expected, List<string> found)
    {
        if (expected.Count != found.Count)
            yield return $"{what}: {expected.Count} directly, {found.Count} forked";
        foreach (var (one, other) in expected.Zip(found).Where(pair => !string.Equals(pair.First, pair.Second, StringComparison.Ordinal)))
            yield return $"{what}:\n    directly {one}\n    forked   {other}";
    }

    private static List<string> TextsOf(JsonElement run, string name) =>
        [.. run.GetProperty(name).EnumerateArray().Select(one => one.GetString() ?? "")];

    private static List<string> LinesOf(string log) => [.. OwnValues.Replace(log, "…").Split('\n')];

    /// <summary>Times and addresses in memory.</summary>
    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?|0x[0-9a-f]+|pid=\d+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OwnValues { get; }
}
