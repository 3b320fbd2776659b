using System.Globalization;
using System.Text.Json;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Adoption;

/// <summary>A portal goes on with what an earlier one has left running, and touches nothing else.</summary>
public sealed class AdoptionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_restart_instances_go_on_as_the_same_processes()
    {
        await using var portal = await StartAsync();
        var before = await VisitAsync(portal, PortalUnderTest.User);
        var other = await VisitAsync(portal, PortalUnderTest.OtherUser);

        await portal.RestartAsync();

        Assert.Equal(InstanceState.Ready, Assert.Single(portal.InstancesOf(PortalUnderTest.User)).State);
        Assert.Equal(before, await VisitAsync(portal, PortalUnderTest.User));
        Assert.Equal(other, await VisitAsync(portal, PortalUnderTest.OtherUser));
    }

    [Fact]
    public async Task An_adopted_instance_that_dies_is_noticed_and_replaced()
    {
        await using var portal = await StartAsync();
        var before = await VisitAsync(portal, PortalUnderTest.User);
        await portal.RestartAsync();

        Posix.Signal(before, Posix.SigKill);

        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User).All(one => one.ProcessId != before));
        Assert.NotEqual(before, await VisitAsync(portal, PortalUnderTest.User));
    }

    [Fact]
    public async Task Instances_of_a_portal_that_was_killed_are_adopted()
    {
        await using var portal = Configured();
        var port = portal.Ground.Ports.First + 15;
        int before;
        using (var killed = new PortalProcess(portal.Arguments().Append($"--urls=http://127.0.0.1:{port}")))
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.TrueAsync(() => PortalProcess.IsUpAsync(client));
            before = await client.ProcessIdAsync();
            killed.Kill();
        }

        await portal.InitializeAsync();

        Assert.Equal(before, await VisitAsync(portal, PortalUnderTest.Admin));
    }

    [Fact]
    public async Task A_stranger_that_was_given_the_number_of_an_instance_is_left_alone()
    {
        await using var portal = await StartAsync();
        using var stranger = new RunningCommand(["sleep", "60"]);
        try
        {
            await VisitAsync(portal, PortalUnderTest.User);
            var file = Assert.Single(Directory.EnumerateFiles(portal.Ground.PathOf("data/instances")));
            var record = JsonSerializer.Deserialize<InstanceRecord>(await File.ReadAllTextAsync(file, Cancelled));
            Assert.NotNull(record);
            await portal.Service<Supervisor>().StopAsync(record.Key, "test");
            Assert.False(File.Exists(file));
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(record with { ProcessId = stranger.Id }), Cancelled);

            await portal.RestartAsync();

            Assert.Empty(portal.InstancesOf(PortalUnderTest.User));
            Assert.False(stranger.HasEnded);
            Assert.False(File.Exists(file));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task An_instance_that_no_record_tells_of_is_stopped_and_those_of_others_are_not()
    {
        await using var portal = await StartAsync();
        await using var other = await StartAsync();
        await VisitAsync(portal, PortalUnderTest.User);
        var recorded = await VisitAsync(portal, PortalUnderTest.OtherUser);
        var elsewhere = await VisitAsync(other, PortalUnderTest.User);

        await portal.RestartAsync(() => File.Delete(Assert.Single(
            Directory.EnumerateFiles(portal.Ground.PathOf("data/instances")), file => file.Contains(PortalUnderTest.User, StringComparison.Ordinal))));

        Assert.Empty(portal.InstancesOf(PortalUnderTest.User));
        Assert.Equal(recorded, Assert.Single(portal.Ground.Processes()));
        Assert.Equal(elsewhere, await VisitAsync(other, PortalUnderTest.User));
    }

    [Fact]
    public async Task What_is_no_longer_wanted_is_stopped()
    {
        await using var portal = await StartAsync();
        await VisitAsync(portal, PortalUnderTest.User);
        await portal.StopAsync();
        portal.Apps = [new StubApp("renamed")];

        await portal.RestartAsync();

        Assert.Empty(portal.Ground.Processes());
        Assert.Empty(Directory.EnumerateFiles(portal.Ground.PathOf("data/instances")));
    }

    [Fact]
    public async Task An_instance_that_does_not_answer_for_now_is_adopted_as_its_computation_would_be_lost()
    {
        await using var portal = await StartAsync();
        portal.Settings["Portal:Launch:HealthInterval"] = "00:00:01";
        var busy = await VisitAsync(portal, PortalUnderTest.User);
        await portal.StopAsync();
        Freezer.Freeze(busy);

        await portal.RestartAsync();

        Assert.Equal(busy, Assert.Single(portal.InstancesOf(PortalUnderTest.User)).ProcessId);
        await Eventually.TrueAsync(() => Assert.Single(portal.InstancesOf(PortalUnderTest.User)).State is InstanceState.Silent);
        Freezer.Thaw(busy);
        await Eventually.TrueAsync(() => Assert.Single(portal.InstancesOf(PortalUnderTest.User)).State is InstanceState.Ready);
        Assert.Equal(busy, await VisitAsync(portal, PortalUnderTest.User));
    }

    [Fact]
    public async Task Without_keeping_nothing_is_left()
    {
        await using var portal = await StartAsync("false");
        await VisitAsync(portal, PortalUnderTest.User);

        await portal.StopAsync();

        Assert.Empty(portal.Ground.Processes());
        Assert.Empty(Directory.EnumerateFiles(portal.Ground.PathOf("data/instances")));
    }

    [Fact]
    public async Task A_second_portal_on_the_same_folder_refuses_and_names_the_first()
    {
        await using var portal = await StartAsync();
        await VisitAsync(portal, PortalUnderTest.User);

        using var second = new PortalProcess(portal.Arguments());

        Assert.Equal(78, await second.ExitCodeAsync());
        Assert.Contains(
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture), await second.Errors, StringComparison.Ordinal);
        Assert.Single(portal.Ground.Processes());
    }

    private static async Task<PortalUnderTest> StartAsync(string keep = "true")
    {
        var portal = Configured(keep);
        await portal.InitializeAsync();
        return portal;
    }

    private static PortalUnderTest Configured(string keep = "true")
    {
        var portal = new PortalUnderTest { Apps = [new StubApp()] };
        portal.Settings["Portal:Launch:KeepInstances"] = keep;
        return portal;
    }

    /// <summary>The number of the process that answers that client.</summary>
    private static async Task<int> VisitAsync(PortalUnderTest portal, string address) =>
        await portal.ClientFrom(address).ProcessIdAsync();
}
