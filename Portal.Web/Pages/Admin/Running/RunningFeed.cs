using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Portal.Web.Components;
using Portal.Web.Launch;

namespace Portal.Web.Pages.Admin.Running;

/// <summary>
/// The rows of what runs, for as many viewers as there are: they are rendered once a second for each language that somebody
/// reads, and not at all while nobody looks.
/// </summary>
internal sealed class RunningFeed(Supervisor supervisor, IServiceProvider services, ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>After so long something is sent in any case: what stands in between may close a silent connection.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _sampling = new(1, 1);
    private readonly Dictionary<CultureInfo, Sample> _samples = [];

    /// <summary>All rows first, and then what changes, until cancelled.</summary>
    public async IAsyncEnumerable<RunningChange> FollowAsync(
        CultureInfo language, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = new Sample(0, []);
        long? toldAt = null;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            var now = await SampleAsync(language, cancellationToken);
            var before = told.Rows.ToDictionary(StringComparer.Ordinal);
            var changed = now.Rows.Except(told.Rows).ToDictionary(StringComparer.Ordinal);
            if (changed.Count is 0 && now.Rows.Count == before.Count && toldAt is { } last && time.GetElapsedTime(last) < LongestSilence)
                continue;

            yield return new RunningChange([.. now.Rows.Select(row => row.Key)], changed);
            (told, toldAt) = (now, time.GetTimestamp());
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    public void Dispose() => _sampling.Dispose();

    private async Task<Sample> SampleAsync(CultureInfo language, CancellationToken cancellationToken)
    {
        await _sampling.WaitAsync(cancellationToken);
        try
        {
            if (!_samples.TryGetValue(language, out var sample) || time.GetElapsedTime(sample.At) >= Interval)
                _samples[language] = sample = new Sample(time.GetTimestamp(), await RenderAsync(language));
            return sample;
        }
        finally
        {
            _sampling.Release();
        }
    }

    private async Task<List<KeyValuePair<string, string>>> RenderAsync(CultureInfo language)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language;
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var rows = new List<KeyValuePair<string, string>>();
            foreach (var status in supervisor.List())
            {
                var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(InstanceRow.Status)] = status });
                rows.Add(new(InstanceRow.RowId(status.Key), (await renderer.RenderComponentAsync<InstanceRow>(parameters)).ToHtmlString()));
            }

            return rows;
        });
    }

    /// <param name="At">A timestamp.</param>
    /// <param name="Rows">HTML by id, in the order of the table.</param>
    private sealed record Sample(long At, List<KeyValuePair<string, string>> Rows);
}
