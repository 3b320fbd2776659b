using System.Text.Json.Serialization;
using Microsoft.Extensions.Localization;
using Portal.Web.Launch;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>How far a launch is, in the reader's language: what the page shows, and what its script asks for.</summary>
/// <param name="State">The name of the <see cref="InstanceState"/>.</param>
/// <param name="Step">What is happening now.</param>
/// <param name="Elapsed">How long it has taken so far.</param>
/// <param name="Log">The last lines that the instance wrote; nothing where scripts of other apps could read it.</param>
/// <param name="Next">Where to go on, to the app or home; null while there is something to wait for.</param>
/// <param name="Poll">The address of the next progress.</param>
internal sealed record LaunchProgress(
    string State, string Step, string Elapsed, string Log, LaunchNext? Next, [property: JsonIgnore] string Poll)
{
    private const int LogLines = 8;

    public static LaunchProgress Of(
        InstanceStatus? status, Supervisor supervisor, IStringLocalizer<Texts> text, TimeProvider time, string poll, bool tellsLog)
    {
        var state = status?.State ?? InstanceState.Stopping;
        var elapsed = status is null ? TimeSpan.Zero : time.GetUtcNow() - status.Since;
        var waited = state is InstanceState.Silent
            ? text["Launch_SilentFor", text.Duration(status!.SilentFor)]
            : text.Duration(elapsed);
        return new(
            state.ToString(),
            text[$"Launch_{state}", status?.Ahead ?? 0],
            waited,
            status is null || !tellsLog ? "" : string.Join('\n', supervisor.LogTail(status.Key, LogLines)),
            NextOf(status),
            poll);
    }

    // After a cancel the app is not asked for again, as that would start it.
    private static LaunchNext? NextOf(InstanceStatus? status) => status switch
    {
        { State: InstanceState.Queued or InstanceState.Starting or InstanceState.Waiting or InstanceState.Silent } => null,
        { Failure.IsStop: true } => LaunchNext.Home,
        { State: InstanceState.Ready or InstanceState.Failed } => LaunchNext.App,
        _ => LaunchNext.Home,
    };
}

/// <summary>Where the page of a launch goes on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LaunchNext>))]
internal enum LaunchNext
{
    /// <summary>To the app, or to why it failed: both are at the page's own address.</summary>
    App,

    /// <summary>Home: nothing is launched any more.</summary>
    Home,
}
