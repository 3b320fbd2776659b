using System.Net;
using System.Text.Json;
using Portal.Data;
using Portal.Web.Pages.Admin.Running;
using Xunit;

namespace Portal.Tests.Pages.Admin;

/// <summary>The streams of the pages of admins: what they tell, to whom, and for how long.</summary>
public sealed class LiveEndpointsTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private const string Running = "/admin/running/live?language=en";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PortalUnderTest.User)]
    [InlineData(PortalUnderTest.Stranger)]
    public async Task Only_admins_may_follow(string address)
    {
        using var answer = await portal.ClientFrom(address).GetAsync(new Uri(Running, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_language_that_is_none_of_ours_is_not_found()
    {
        using var answer = await portal.ClientFrom(PortalUnderTest.Admin)
            .GetAsync(new Uri("/admin/running/live?language=fr", UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_stream_tells_what_runs_at_once_and_then_what_changes()
    {
        using var stream = await FollowAsync(PortalUnderTest.Admin);
        var first = await NextAsync(stream);
        using var visit = await portal.ClientFrom(PortalUnderTest.OtherUser).GetAsync(new Uri("/app/stub/", UriKind.Relative), Cancelled);

        Assert.Contains("\"order\":[", first, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () =>
        {
            using var change = JsonDocument.Parse((await NextAsync(stream))["data: ".Length..]);
            return change.RootElement.GetProperty("rows").TryGetProperty("instance-stub_127.0.0.102", out var row)
                && row.GetString() is { } html && html.Contains("<tr ", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Who_is_no_admin_any_more_loses_the_stream()
    {
        var row = await portal.AddAsync(new("127.0.8.31", Role.Admin));
        using var stream = await FollowAsync("127.0.8.31");
        await NextAsync(stream);

        await portal.Service<RegisteredIpStore>().UpdateAsync(row.Id, row.Version, new("127.0.8.31", Role.User), new Actor("test"), Cancelled);

        await Assert.ThrowsAsync<IOException>(() => stream.ReadToEndAsync(Cancelled).WaitAsync(Soon, TimeProvider.System, Cancelled));
    }

    [Fact]
    public async Task There_are_so_many_at_most()
    {
        await using var full = await PortalUnderTest.StartAsync(_ => { });
        var streams = new List<StreamReader>();
        for (var i = 0; i < LiveStreams.Most; i++)
            streams.Add(await FollowAsync(PortalUnderTest.Admin, full));

        using var refused = await full.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri(Running, UriKind.Relative), Cancelled);
        streams.ForEach(stream => stream.Dispose());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await Eventually.TrueAsync(async () =>
        {
            using var again = await full.ClientFrom(PortalUnderTest.Admin)
                .GetAsync(new Uri(Running, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);
            return again.IsSuccessStatusCode;
        });
    }

    [Theory]
    [InlineData("/admin/log?client=127.0.0.1&app=../../portal")]
    [InlineData("/admin/log?client=../x&app=stub")]
    [InlineData("/admin/log/live?client=127.0.0.1&app=../stub")]
    [InlineData("/admin/log?handler=Download&client=127.0.0.1&app=nowhere")]
    public async Task Only_logs_of_known_apps_can_be_read(string path)
    {
        using var answer = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri(path, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_log_is_handed_out_as_a_file_that_no_browser_takes_for_a_page()
    {
        using var answer = await portal.ClientFrom(PortalUnderTest.Admin)
            .GetAsync(new Uri("/admin/log?handler=Download&client=127.0.0.9&app=stub", UriKind.Relative), Cancelled);

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
    }

    private async Task<StreamReader> FollowAsync(string address, PortalUnderTest? other = null) =>
        new(await (other ?? portal).ClientFrom(address).GetStreamAsync(new Uri(Running, UriKind.Relative), Cancelled));

    /// <summary>What the next event holds.</summary>
    private static async Task<string> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return line;
        }

        throw new EndOfStreamException();
    }
}
