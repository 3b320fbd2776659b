using System.Globalization;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

/// <summary>Two stores, as two processes would have them, that know nothing of each other but the file.</summary>
public sealed class RegistryRaceTests : DatabaseTest
{
    private const int Rounds = 12;

    [Fact]
    public async Task One_of_two_gets_the_port_and_the_other_hears_who_has_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var port = 8501 + round;
            var changes = await BothAsync(
                store => store.AddAsync(new($"10.0.{round}.1", Role.User, port), TemporaryDatabase.Anyone, Cancelled),
                store => store.AddAsync(new($"10.0.{round}.2", Role.User, port), TemporaryDatabase.Anyone, Cancelled));

            var winner = Assert.Single(changes, change => change.Succeeded).Row;
            var loser = Assert.Single(changes, change => !change.Succeeded);
            Assert.Equal([("Port", RegistryErrorCode.PortTaken, winner?.Network)], Errors(loser));
        }
    }

    [Fact]
    public async Task One_of_two_gets_the_network()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var network = $"10.0.{round}.1";
            Func<RegisteredIpStore, Task<RegistryChange>> add =
                store => store.AddAsync(new(network, Role.User, Label: "first"), TemporaryDatabase.Anyone, Cancelled);
            var changes = await BothAsync(add, add);

            var loser = Assert.Single(changes, change => !change.Succeeded);
            Assert.Equal([("Network", RegistryErrorCode.NetworkTaken, "first")], Errors(loser));
        }
    }

    [Fact]
    public async Task Two_admins_who_remove_each_other_leave_one()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var one = await Database.AddAsync($"10.0.{round}.1", Role.Admin);
            var two = await Database.AddAsync($"10.0.{round}.2", Role.Admin);

            var changes = await BothAsync(
                store => store.RemoveAsync(two.Id, two.Version, new("one", null, one.Id), Cancelled),
                store => store.RemoveAsync(one.Id, one.Version, new("two", null, two.Id), Cancelled));

            Assert.Single(changes, change => change.Succeeded);
            var left = Assert.Single(await Store.AllAsync(Cancelled));
            Database.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM RegisteredIps WHERE Id = {left.Id}"));
        }
    }

    [Fact]
    public async Task Two_programs_that_remove_the_last_two_admins_leave_one()
    {
        var one = await Database.AddAsync("10.0.0.1", Role.Admin);
        var two = await Database.AddAsync("10.0.0.2", Role.Admin);

        var changes = await BothAsync(
            store => store.RemoveAsync(one.Id, one.Version, TemporaryDatabase.Anyone, Cancelled),
            store => store.SetEnabledAsync(two.Id, two.Version, false, TemporaryDatabase.Anyone, Cancelled));

        Assert.Equal([("", RegistryErrorCode.LastAdmin, null)], Errors(Assert.Single(changes, change => !change.Succeeded)));
    }

    [Fact]
    public async Task One_of_two_who_saw_the_same_version_writes()
    {
        var row = await Database.AddAsync("10.0.0.1");

        var changes = await BothAsync(
            store => store.UpdateAsync(row.Id, row.Version, new("10.0.0.1", Role.User, Label: "one"), new("one"), Cancelled),
            store => store.UpdateAsync(row.Id, row.Version, new("10.0.0.1", Role.User, Label: "two"), new("two"), Cancelled));

        var winner = Assert.Single(changes, change => change.Succeeded).Row;
        var loser = Assert.Single(changes, change => !change.Succeeded);
        Assert.Equal([("", RegistryErrorCode.ChangedMeanwhile, winner?.UpdatedBy)], Errors(loser));
        Assert.Equal(winner?.Label, loser.Row?.Label);
    }

    [Fact]
    public async Task A_write_waits_for_the_lock_of_another_program()
    {
        await using var other = Database.OpenRaw();
        TemporaryDatabase.Execute(other, "BEGIN IMMEDIATE");
        var adding = Task.Run(() => AddAsync(new("10.0.0.1", Role.User)), Cancelled);
        await Assert.ThrowsAsync<TimeoutException>(() => adding.WaitAsync(TimeSpan.FromMilliseconds(300), Cancelled));

        TemporaryDatabase.Execute(other, "COMMIT");

        Assert.Empty((await adding).Errors);
    }

    [Fact]
    public async Task Reading_does_not_wait_for_a_writer()
    {
        await Database.AddAsync("10.0.0.1");
        await using var other = Database.OpenRaw();
        TemporaryDatabase.Execute(other, "BEGIN IMMEDIATE; DELETE FROM RegisteredIps");

        Assert.Single(await Store.AllAsync(Cancelled));
    }

    private Task<RegistryChange[]> BothAsync(
        Func<RegisteredIpStore, Task<RegistryChange>> one, Func<RegisteredIpStore, Task<RegistryChange>> two)
    {
        // SQLite works on the calling thread: each needs one of its own to meet the other.
        var start = new Barrier(2);
        return Task.WhenAll(new[] { one, two }.Select(change => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(Cancelled);
                return change(Database.Store());
            },
            Cancelled,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
    }
}
