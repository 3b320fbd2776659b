using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>A person at a browser: opens pages, and sends the forms that stand on them.</summary>
internal sealed partial class Visitor(PortalUnderTest portal, string address, string language = "en")
{
    private const int Limit = 1000;

    private string _token = "";
    private string _cookie = "";

    public HttpClient Client { get; } = portal.ClientFrom(address);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Opens a page; the next form that is sent is its.</summary>
    public async Task<Seen> OpenAsync(string path)
    {
        using var request = Request(HttpMethod.Get, path, null);
        using var answer = await Client.SendAsync(request, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        if (Token().Match(text) is { Success: true } form)
            _token = form.Groups["token"].Value;
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            _cookie = string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0]));
        return new Seen(answer.StatusCode, text);
    }

    /// <summary>Sends the form of the page that was opened last.</summary>
    public async Task<Seen> SendAsync(string path, params IEnumerable<(string Name, string Value)> fields)
    {
        using var form = new FormUrlEncodedContent(
            [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), new("__RequestVerificationToken", _token)]);
        using var request = Request(HttpMethod.Post, path, form);
        using var answer = await Client.SendAsync(request, Cancelled);
        return new Seen(answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Registers a network by the form of <c>/admin/edit</c>, which was opened before; it is acknowledged by 302.</summary>
    public Task<Seen> RegisterAsync(string network, string label = "") => SendAsync(
        "/admin/edit", ("Form.Network", network), ("Form.Role", "User"), ("Form.Label", label), ("Form.Enabled", "true"));

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Accept", "text/html,*/*;q=0.8");
        request.Headers.Add("Accept-Language", language);
        if (_cookie.Length > 0)
            request.Headers.Add("Cookie", _cookie);
        return request;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Token();
}

/// <summary>What came of it.</summary>
internal sealed record Seen(HttpStatusCode Status, string Text)
{
    /// <summary>The answer is a page with that sentence.</summary>
    public void Says(HttpStatusCode status, string sentence)
    {
        Assert.True(status == Status, $"{Status}: {Text}");
        Assert.Contains(sentence, Text, StringComparison.Ordinal);
    }
}
