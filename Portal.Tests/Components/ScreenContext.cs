using System.Globalization;
using System.Net;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Portal.Web.Launch;

namespace Portal.Tests.Components;

/// <summary>A place to render components in, in English unless a test says otherwise, at a moment that stands still.</summary>
public abstract class ScreenContext : BunitContext
{
    /// <summary>What must come out as text, wherever it goes in.</summary>
    protected const string Hostile = "\"><script>alert(1)</script>";

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    protected ScreenContext()
    {
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(Time);
        Speak("en");
    }

    protected static void Speak(string language) =>
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);

    protected static App AnApp(string title = "Planner", string description = "Plans.") =>
        new("planner", title, description, "/main.py", "python3", [], new Dictionary<string, string>(StringComparer.Ordinal), [Portal.Data.Role.User]);

    protected InstanceStatus AnInstance(
        InstanceState state, LaunchFailureReason? reason = null, string name = "Ann", App? app = null) =>
        new(new InstanceKey(IPAddress.Parse("10.0.0.7"), "planner"), name, app ?? AnApp(), state, 4711, 8501,
            Since: Time.GetUtcNow() - TimeSpan.FromMinutes(5),
            LastActivity: Time.GetUtcNow() - TimeSpan.FromSeconds(42),
            LiveConnections: 3,
            reason is { } known ? new LaunchFailure(known, "exit code 1", []) : null);
}
