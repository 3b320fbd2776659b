using System.Net;
using Microsoft.Extensions.Time.Testing;
using Portal.Data;
using Portal.Web.Audit;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Audit;

public sealed class PassingFailuresTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    [Fact]
    public void An_instance_is_one_entry_a_minute_with_its_number()
    {
        var failures = new PassingFailures(_time);
        foreach (var slug in new[] { "a", "b", "a", "a" }) Add(failures, slug);
        Assert.Empty(failures.Take());
        _time.Advance(TimeSpan.FromMinutes(1));
        Add(failures, "a");

        Assert.Equal([("a", 3), ("b", 1)], failures.Take().Select(entry => (entry.Subject, entry.Count)));
        Assert.Equal([("a", 1)], failures.Take(all: true).Select(entry => (entry.Subject, entry.Count)));
        Assert.Empty(failures.Take(all: true));
    }

    [Fact]
    public void What_is_held_is_bounded()
    {
        var failures = new PassingFailures(_time);
        for (var i = 0; i < PassingFailures.Most + 100; i++) Add(failures, $"app-{i}");

        Assert.Equal(PassingFailures.Most, failures.Take(all: true).Count);
    }

    private void Add(PassingFailures failures, string slug) => failures.Add(
        new InstanceKey(IPAddress.Loopback, slug),
        new AuditEntry { At = _time.GetUtcNow(), Action = AuditAction.LaunchFailed, Actor = "Ann", Subject = slug });
}
