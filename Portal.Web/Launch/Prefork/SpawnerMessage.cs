using System.Text.Json.Serialization;

namespace Portal.Web.Launch.Prefork;

/// <summary>A line of the spawner's: an event or the reply to a request. The protocol is told in spawner.py.</summary>
internal sealed record SpawnerMessage(
    string? Event,
    int? Protocol,
    int? Id,
    int? Pid,
    long? Started,
    int? Code,
    int? Signal,
    int? Modules,
    string? Error,
    string? Why,
    IReadOnlyDictionary<string, string>? Denied);

/// <summary>The portal's first line.</summary>
internal sealed record HelloRequest(int Protocol, string Do = "hello");

/// <summary>Asks for an instance. The file for its output comes with it.</summary>
internal sealed record ForkRequest(
    int Id,
    IReadOnlyList<string> Argv,
    IReadOnlyDictionary<string, string> Env,
    string Cwd,
    string Name,
    IReadOnlyDictionary<string, long[]> Limits,
    string Do = "fork");

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SpawnerMessage))]
[JsonSerializable(typeof(HelloRequest))]
[JsonSerializable(typeof(ForkRequest))]
internal sealed partial class SpawnerJson : JsonSerializerContext;
