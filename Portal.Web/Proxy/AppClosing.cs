using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>Ends what runs for everybody at once, on an admin's word.</summary>
internal sealed class AppClosing(Supervisor supervisor, LiveConnections connections)
{
    /// <summary>
    /// Stops every instance and closes every connection; who had an app open is told the word, and may start it anew.
    /// Returns how many instances were stopped, once they are gone.
    /// </summary>
    /// <param name="app">Only those of this app; null: of all.</param>
    /// <param name="word">What people are told; plain text, may be empty.</param>
    public async Task<int> CloseAsync(App? app, string word, ClientIdentity by)
    {
        var told = new LaunchFailure(LaunchFailureReason.Closed, $"It was closed for everybody by {by.DisplayName}.", []) { Word = word };
        var reason = $"closed for everybody by {by.DisplayName}" + (word.Length > 0 ? $": {word}" : "");
        var meant = supervisor.Launched().Where(one => IsMeant(one.App)).ToList();
        // First, so that the word is what ends the sockets, not the end of their process.
        connections.Cut((_, opened) => IsMeant(opened), SocketEnd.ByAdmin(word));
        var stopped = await Task.WhenAll(meant.Select(one => supervisor.StopAsync(one.Key, reason, by, told)));
        return stopped.Count(wasRunning => wasRunning);

        bool IsMeant(App one) => app is null || one.Slug.Equals(app.Slug, StringComparison.Ordinal);
    }
}
