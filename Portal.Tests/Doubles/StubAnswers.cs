using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>What the stub tells of the requests that reach it, and of itself.</summary>
internal static class StubAnswers
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The headers that reached the app; from <c>/echo</c>.</summary>
    public static async Task<ToldHeaders> HeadersToldAsync(this HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, answer.ToString());
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return new ToldHeaders(told.GetProperty("headers"));
    }

    /// <summary>The process that answers: arguments, environment, folder, id, session.</summary>
    public static Task<JsonElement> ProcessAsync(this HttpClient client) =>
        client.GetFromJsonAsync<JsonElement>("/app/stub/process", Cancelled);

    public static async Task<int> ProcessIdAsync(this HttpClient client) =>
        (await client.ProcessAsync()).GetProperty("id").GetInt32();

    /// <summary>What the stub has noticed so far.</summary>
    public static async Task<string[]> EventsAsync(this HttpClient client) =>
        await client.GetFromJsonAsync<string[]>("/app/stub/events", Cancelled) ?? [];

    /// <summary>Opens a gate that a request of the stub's waits at.</summary>
    public static async Task GoAsync(this HttpClient client, string gate) =>
        (await client.PostAsync(new Uri($"/app/stub/go/{gate}", UriKind.Relative), null, Cancelled)).EnsureSuccessStatusCode().Dispose();
}
