using System.Globalization;
using System.Net;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Vitals;
using Xunit;

namespace Portal.Tests.Launch.Vitals;

/// <summary>What instances take is measured, and whoever takes too much has to end.</summary>
public sealed class MemoryTests
{
    private const long Megabyte = 1024 * 1024;

    private static readonly StubApp App = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_and_processor_of_an_instance_and_its_children_are_measured()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await test.MeasureAsync();
        var app = new StubApp(Behaviour: "grandchild");
        using var client = SupervisorUnderTest.ClientOf(await test.ReadyAsync(app));
        await Eventually.TrueAsync(() => Resources(test, app) is { Processes: 2 });
        var early = Resources(test, app)!; // the child may still have shared its parent's memory

        await client.GetStringAsync(new Uri("/app/stub/allocate?megabytes=4", UriKind.Relative), Cancelled);
        await Eventually.TrueAsync(() => Resources(test, app)?.Private - early.Private is > 3 * Megabyte);
        var before = Resources(test, app)!;

        await client.GetStringAsync(new Uri("/app/stub/allocate?megabytes=40", UriKind.Relative), Cancelled);
        await Eventually.TrueAsync(() => Resources(test, app)?.Private - before.Private is > 39 * Megabyte and < 60 * Megabyte);

        var spinning = client.GetStringAsync(new Uri("/app/stub/spin?seconds=3", UriKind.Relative), Cancelled);
        await Eventually.TrueAsync(() => Resources(test, app)?.Processor is > 0.1 and < 1.5);
        await spinning;
        await Eventually.TrueAsync(() => Resources(test, app)?.Processor is < 0.1);
    }

    [Fact]
    public async Task What_has_left_the_session_of_an_instance_is_measured_with_it()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await test.MeasureAsync();
        using var client = SupervisorUnderTest.ClientOf(await test.ReadyAsync(App));

        await client.GetStringAsync(new Uri("/app/stub/fork", UriKind.Relative), Cancelled);

        await Eventually.TrueAsync(() => Resources(test, App) is { Processes: 2 });
    }

    [Fact]
    public async Task Over_the_hard_limit_it_is_stopped_and_people_are_told_why_before_it_is_tried_again()
    {
        await using var portal = await PortalUnderTest.StartAsync(test =>
            test.Settings["Portal:Launch:MemoryHardLimit"] = (80 * Megabyte).ToString(CultureInfo.InvariantCulture));
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();
        var other = await portal.ClientFrom(PortalUnderTest.OtherUser).ProcessIdAsync();

        using var allocated = await client.GetAsync(new Uri("/app/stub/allocate?megabytes=100", UriKind.Relative), Cancelled);
        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User) is [{ State: InstanceState.Failed }]);

        var failure = Assert.Single(portal.InstancesOf(PortalUnderTest.User)).Failure!;
        Assert.Equal(LaunchFailureReason.TooMuchMemory, failure.Reason);
        Assert.Contains("over the hard limit of 80 MB", failure.Detail, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => portal.Ground.Processes() is [var left] && left == other);

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/app/stub/", UriKind.Relative));
        request.Headers.Add("Accept", "text/html");
        using var page = await client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.BadGateway, page.StatusCode);
        Assert.Contains("it used more memory than", await page.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);

        var next = 0;
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await client.GetAsync(new Uri("/app/stub/process", UriKind.Relative), Cancelled);
            return answer.IsSuccessStatusCode && (next = await client.ProcessIdAsync()) != process;
        });
        Assert.NotEqual(process, next);
    }

    [Fact]
    public async Task Over_the_soft_limit_it_goes_once_nobody_has_a_session_in_it()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("MemorySoftLimit", "1"));
        await test.MeasureAsync();
        var (open, left) = (new StubApp("open"), new StubApp("left"));
        (await test.ReadyAsync(open)).Usage.Enter(InstanceUse.Socket);
        await test.ReadyAsync(left);
        await Eventually.TrueAsync(() => Resources(test, left) is not null);

        test.Time.Shift(MemoryRules.SessionRetention);

        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(left)) is null);
        Assert.Equal(test.ProcessOf(open), Assert.Single(test.Ground.Processes()));
        await test.ReadyAsync(left);
    }

    [Fact]
    public async Task A_host_short_of_memory_ends_the_longest_idle_first_and_nobody_who_works()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var (working, open, left) = (new StubApp("working"), new StubApp("open"), new StubApp("left"));
        var opened = await test.ReadyAsync(open);
        opened.Usage.Enter(InstanceUse.Socket);
        await test.ReadyAsync(left);
        var worked = await test.ReadyAsync(working);
        worked.Usage.Enter(InstanceUse.Socket);
        test.SetAvailable(megabytes: 1);
        test.Time.Shift(MemoryRules.LeastIdle);
        worked.Usage.Touch();
        var (first, second) = (test.ProcessOf(left), test.ProcessOf(open));
        await test.MeasureAsync();

        await Eventually.TrueAsync(() => !test.Ground.Processes().Contains(first));
        await Eventually.TrueAsync(() => !test.Ground.Processes().Contains(second));

        Assert.Equal(test.ProcessOf(working), Assert.Single(test.Ground.Processes()));
    }

    private static ResourceReading? Resources(SupervisorUnderTest test, StubApp app) =>
        test.Supervisor.Find(SupervisorUnderTest.KeyOf(app))?.Resources;
}
