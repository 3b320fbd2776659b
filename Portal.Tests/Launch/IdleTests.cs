using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class IdleTests
{
    [Fact]
    public async Task Who_is_not_used_is_stopped_and_who_is_connected_is_kept()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("IdleTimeout", "00:10:00"));
        var (used, idle) = (new StubApp("used"), new StubApp("idle"));
        var connected = await test.ReadyAsync(used);
        connected.Usage.Enter();
        await test.ReadyAsync(idle);

        test.Time.Shift(TimeSpan.FromMinutes(11));

        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(idle)) is null);
        Assert.Equal(test.ProcessOf(used), Assert.Single(test.Ground.Processes()));

        connected.Usage.Leave();
        test.Time.Shift(TimeSpan.FromMinutes(9));
        await test.ReadyAsync(idle);
        test.Time.Shift(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(used)) is null);
        Assert.Equal(test.ProcessOf(idle), Assert.Single(test.Ground.Processes()));
    }
}
