using Bunit;
using Portal.Data;
using Portal.Web.Components;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Components;

public sealed class PillAndBadgeTests : ScreenContext
{
    [Theory]
    [InlineData(InstanceState.Starting, "pill-busy", "Starting")]
    [InlineData(InstanceState.Waiting, "pill-busy", "Starting")]
    [InlineData(InstanceState.Ready, "pill-good", "Running")]
    [InlineData(InstanceState.Silent, "pill-bad", "Not answering")]
    [InlineData(InstanceState.Stopping, "pill-idle", "Stopping")]
    [InlineData(InstanceState.Failed, "pill-bad", "Failed")]
    public void Every_state_has_a_word_and_a_colour(InstanceState state, string colour, string word)
    {
        var pill = Render<StatusPill>(pill => pill.Add(one => one.Status, AnInstance(state)));

        pill.MarkupMatches($"""<span class="pill {colour}">{word}</span>""");
    }

    [Fact]
    public void What_was_stopped_on_purpose_is_no_failure()
    {
        var stopped = AnInstance(InstanceState.Failed, LaunchFailureReason.Stopped);

        var pill = Render<StatusPill>(pill => pill.Add(one => one.Status, stopped));

        pill.MarkupMatches("""<span class="pill pill-idle">Not started</span>""");
    }

    [Theory]
    [InlineData(Role.Admin, "en", "Administrator")]
    [InlineData(Role.User, "en", "User")]
    [InlineData(Role.Admin, "ko", "관리자")]
    [InlineData(Role.User, "ko", "사용자")]
    public void A_role_is_named_in_the_readers_language(Role role, string language, string name)
    {
        Speak(language);

        var badge = Render<RoleBadge>(badge => badge.Add(one => one.Role, role));

        Assert.Equal(name, badge.Find(".badge").TextContent);
    }

    [Theory]
    [InlineData(true, null, "Enabled")]
    [InlineData(true, (14 * 24) + 1, "Enabled")]
    [InlineData(true, 14 * 24, "Expires soon")]
    [InlineData(true, 1, "Expires soon")]
    [InlineData(true, 0, "Expired")]
    [InlineData(false, -1, "Disabled")]
    public void A_registration_is_enabled_or_disabled_or_expired(bool enabled, int? expiresInHours, string word)
    {
        var row = new RegisteredIp
        {
            Network = "10.0.0.7",
            Role = Role.User,
            Enabled = enabled,
            ExpiresAt = expiresInHours is { } hours ? Time.GetUtcNow().AddHours(hours) : null,
        };

        var pill = Render<RegistrationPill>(pill => pill.Add(one => one.Row, row));

        Assert.Equal(word, pill.Find(".pill").TextContent);
    }
}
