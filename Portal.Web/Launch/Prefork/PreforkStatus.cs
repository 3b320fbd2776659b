using System.Collections.Concurrent;

namespace Portal.Web.Launch.Prefork;

/// <summary>How the instances of each app are started at present, and why; for the admin's page.</summary>
internal sealed class PreforkStatus
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _givenUp = new(StringComparer.Ordinal);
    private volatile bool _isSettled;

    /// <summary>True once each app's spawner is warm or was given up: the first visits are as fast as later ones.</summary>
    public bool IsSettled => _isSettled;

    /// <summary>One sentence in English; empty while nothing is known yet.</summary>
    public string Of(App app) => _texts.GetValueOrDefault(app.Slug, "");

    /// <summary>True where the app was to be forked and is not; see <see cref="Of"/> for why.</summary>
    public bool HasGivenUp(App app) => _givenUp.ContainsKey(app.Slug);

    public void Set(App app, string text, bool hasGivenUp = false)
    {
        _texts[app.Slug] = text;
        if (hasGivenUp) _givenUp[app.Slug] = true;
        else _givenUp.TryRemove(app.Slug, out _);
    }

    public void Settle() => _isSettled = true;
}
