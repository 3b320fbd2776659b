using System.Globalization;
using Portal.Tests.Doubles;
using Portal.Tests.Launch.Prefork;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>The process that instances are forked from gets no memory any more.</summary>
public sealed class ShortOfMemoryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_comes_to_an_end_who_works_goes_on_and_later_ones_are_forked_again()
    {
        await using var prefork = new PreforkUnderTest();
        var working = await prefork.StartAsync();
        var spawner = await prefork.SpawnerAsync();
        var taken = long.Parse(SpawnerUnderTest.StatusOf(spawner.ProcessId, "VmSize").Split(' ')[0], CultureInfo.InvariantCulture) * 1024;

        await LimitAsync(spawner.ProcessId, $"{taken}:");
        var results = new List<StartResult>();
        for (var tries = 0; tries < 3; tries++)
            results.Add(await prefork.TryStartAsync().WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled));
        Assert.All(results, result => Assert.True(result.Process is not null || result.Problem.Length > 0));
        Assert.True(working.IsAlive);

        if (!spawner.Lost.IsCompleted)
            await LimitAsync(spawner.ProcessId, "unlimited:");
        prefork.Time.Shift(TimeSpan.FromMinutes(2)); // after which what did not come up is tried again
        Assert.IsType<ForkedProcess>((await prefork.TryStartAsync()).Process);
        Assert.True(working.IsAlive);
    }

    private static async Task LimitAsync(int processId, string bytes)
    {
        var result = await Tool.RunAsync("prlimit", string.Create(CultureInfo.InvariantCulture, $"--pid={processId}"), $"--as={bytes}");
        Assert.Equal(0, result.ExitCode);
    }
}
