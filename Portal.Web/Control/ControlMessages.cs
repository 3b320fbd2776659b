using System.Text.Json.Serialization;
using Portal.Web.Launch;

namespace Portal.Web.Control;

/// <summary>What a command asks of the portal that runs: a line of JSON.</summary>
/// <param name="Do"><c>list</c> or <c>stop</c>.</param>
/// <param name="Client">Of the instance to stop.</param>
/// <param name="App">Of the instance to stop.</param>
/// <param name="By">Who asks; for the record.</param>
internal sealed record ControlRequest(string Do, string? Client = null, string? App = null, string? By = null);

/// <summary>The portal's reply: a line of JSON.</summary>
/// <param name="Done">Whether there was something to stop.</param>
/// <param name="Error">Why the request was not understood or could not be done; in English.</param>
internal sealed record ControlAnswer(IReadOnlyList<RunningInstance>? Instances = null, bool? Done = null, string? Error = null);

/// <summary>An instance as commands show it.</summary>
/// <param name="Label">The client's label; empty where they have none.</param>
/// <param name="State">Of <see cref="InstanceState"/>, in lower case; <c>unattended</c> where it runs and the portal does not.</param>
/// <param name="Since">When its launch began.</param>
/// <param name="LastActivity">When a person did something last; only the portal that runs knows.</param>
/// <param name="Connections">Requests and WebSockets in flight; only the portal that runs knows.</param>
/// <param name="Memory">Bytes that would be free without it; null while it was not measured.</param>
/// <param name="Problem">Why it failed, where it did.</param>
internal sealed record RunningInstance(
    string Client,
    string Label,
    string App,
    string State,
    int? ProcessId,
    int? Port,
    DateTimeOffset Since,
    DateTimeOffset? LastActivity,
    int? Connections,
    long? Memory,
    string? Problem)
{
    public static RunningInstance Of(InstanceStatus status, string label) => new(
        status.Key.Client.ToString(),
        label,
        status.Key.Slug,
        status.State.ToString().ToLowerInvariant(),
        status.ProcessId,
        status.Port,
        status.Since,
        status.LastActivity,
        status.LiveConnections,
        status.Resources?.Private,
        status.Failure?.Detail);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlAnswer))]
internal sealed partial class ControlJson : JsonSerializerContext;
