using System.Net;
using Microsoft.Extensions.Time.Testing;
using Portal.Data;
using Portal.Web.Audit;
using Xunit;

namespace Portal.Tests.Audit;

public sealed class RefusalsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly Refusals _refusals;

    public RefusalsTests() => _refusals = new Refusals(_time);

    [Fact]
    public void An_address_is_one_entry_a_minute_with_its_number()
    {
        for (var i = 0; i < 3; i++) _refusals.Add(IPAddress.Parse("10.0.0.1"));
        _refusals.Add(IPAddress.Parse("10.0.0.2"));
        Assert.Empty(_refusals.Take());
        _time.Advance(TimeSpan.FromMinutes(1));
        _refusals.Add(IPAddress.Parse("10.0.0.1"));

        var minute = new DateTimeOffset(2026, 3, 4, 5, 6, 0, TimeSpan.Zero);
        Assert.Equal(
            [("10.0.0.1", 3, minute), ("10.0.0.2", 1, minute)],
            _refusals.Take().Select(entry => (entry.Address, entry.Count, entry.At)).OrderBy(one => one.Address, StringComparer.Ordinal));
        Assert.Equal(("10.0.0.1", 1, minute.AddMinutes(1)), _refusals.Take(all: true).Select(one => (one.Actor, one.Count, one.At)).Single());
        Assert.Empty(_refusals.Take(all: true));
    }

    [Fact]
    public void A_scanner_with_many_addresses_is_counted_together()
    {
        for (var i = 0; i < Refusals.MaxAddresses + 100; i++)
            _refusals.Add(new IPAddress([10, 0, (byte)(i / 256), (byte)i]));

        var entries = _refusals.Take(all: true);

        Assert.Equal(Refusals.MaxAddresses + 1, entries.Count);
        Assert.Equal(("other addresses", "", 100, AuditAction.AccessRefused),
            entries.Where(entry => entry.Count > 1).Select(entry => (entry.Actor, entry.Address, entry.Count, entry.Action)).Single());
    }

    [Fact]
    public void A_refused_connection_of_this_machine_is_recorded_with_its_reason_and_is_no_request_of_an_unregistered_address()
    {
        _refusals.AddOwn(IPAddress.Loopback, "Closed");
        _refusals.AddOwn(IPAddress.Loopback, "Closed");

        Assert.Equal(
            ("this server", "127.0.0.1", "Closed", 2),
            _refusals.Take(all: true).Select(entry => (entry.Actor, entry.Address, entry.Detail, entry.Count)).Single());
        Assert.Equal(0, _refusals.Total);
    }
}
