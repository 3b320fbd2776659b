using System.Net;
using Portal.Data;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A portal with something to show on every page: what runs, what failed, and an audit log with each action.</summary>
public sealed class FilledPortal : IAsyncLifetime
{
    /// <summary>As long as one word can be in a table.</summary>
    public static readonly string LongLabel = new('가', 60);

    private PortalUnderTest? _portal;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    /// <summary>The addresses of every page that has a table or a text of its own, for an admin.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "/", "/admin/", "/admin/?who=127.0.0.101", "/admin/?who=nobody", "/admin/?search=nobody", "/admin/edit", "/admin/import", "/admin/running", "/admin/close",
        "/admin/requests", "/admin/request/1", "/admin/announcements", "/admin/announcement", "/admin/audit", "/admin/audit?search=nobody",
        "/admin/usage?from=2026-03-01&until=2026-03-03", "/admin/usage?from=2025-03-01&until=2025-03-03", "/admin/overview", "/ended/quick",
        "/admin/log?client=127.0.0.1&app=broken", "/admin/log?client=127.0.0.1&app=broken&search=nobody", "/app/broken/", "/nowhere", "/unauthorized/",
    ];

    public async ValueTask InitializeAsync()
    {
        var cancelled = TestContext.Current.CancellationToken;
        _portal = await PortalUnderTest.StartAsync(portal =>
            portal.Apps = [new("quick"), new("broken", "exits=3"), new("gone") { Script = portal.Ground.PathOf("gone.py") }]);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var draft in new RegisteredIpDraft[]
        {
            new("192.168.100.101", Role.User, 8601, "김민지", Notes: "3층 회의실 옆 자리, 2026년 3월까지"),
            new("192.168.200.0/24", Role.User, Label: LongLabel),
            new("2001:db8:85a3:8d3:1319:8a2e:370:7348", Role.User, Label: "부산", ExpiresAt: now.AddDays(5)),
            new("10.7.1.20", Role.User, Enabled: false),
        })
            await Portal.AddAsync(draft);
        await Portal.Service<AnnouncementStore>().AddAsync(
            new("Maintenance at 18:00", "18시 점검", AnnouncementLevel.Warning, Until: now.AddHours(8)), new Actor("김민지"), cancelled);
        await Portal.Service<AccessRequestStore>().AskAsync(IPAddress.Parse("192.168.100.77"), "박서연", "부산 사이트 계획", cancelled);
        await Portal.Service<UsageStore>().AddAsync(
            [new AppUsage { Day = new DateOnly(2026, 3, 2), Client = "192.168.100.101", App = "quick", Launches = 1234, ActiveSeconds = 86400 + 7200, PeakMemory = 1L << 31 }],
            cancelled);
        await Portal.Service<AuditStore>().AddAsync([.. Entries(now)], cancelled);

        foreach (var (address, app) in new[] { ("127.0.0.101", "quick"), ("127.0.0.102", "quick"), ("127.0.0.1", "broken"), ("127.0.0.101", "gone") })
            using (await Portal.ClientFrom(address).GetAsync(new Uri($"/app/{app}/", UriKind.Relative), cancelled)) { }
        await Portal.Service<Supervisor>().StopAsync(new(IPAddress.Parse("127.0.0.102"), "quick"), "stopped by 김민지");
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
            await _portal.DisposeAsync();
    }

    /// <summary>An entry of each action, with what the portal says of it.</summary>
    private static IEnumerable<AuditEntry> Entries(DateTimeOffset now)
    {
        (AuditAction Action, string Actor, string Subject, string Detail)[] entries =
        [
            (AuditAction.RegistrationAdded, "bootstrap", "192.168.100.101", ""),
            (AuditAction.RegistrationChanged, "command line (root)", "192.168.100.0/24", ""),
            (AuditAction.RegistrationRemoved, "김민지", "2001:db8:85a3:8d3:1319:8a2e:370:7348", ""),
            (AuditAction.AccessRefused, "this server", "", nameof(PeerKind.App)),
            (AuditAction.AccessRefused, "other addresses", "", ""),
            (AuditAction.AccessRequested, "192.168.100.77", "192.168.100.77", "박서연: 부산 사이트 계획"),
            (AuditAction.RequestApproved, "김민지", "192.168.100.77", "박서연"),
            (AuditAction.RequestDeclined, "김민지", "192.168.100.77", "박서연: 내일 다시"),
            (AuditAction.AppLaunched, "192.168.100.101", "192.168.100.101/quick", ""),
            (AuditAction.LaunchFailed, "192.168.100.101", "192.168.100.101/quick", "CannotStart: "),
            (AuditAction.LaunchFailed, "192.168.100.101", "192.168.100.101/quick", "Full: 12 run already, as many as Portal:Launch:MaxInstances allows, and none is idle."),
            (AuditAction.AppStopped, "portal", "192.168.100.101/quick", "no person has done anything for long"),
            (AuditAction.AppStopped, "김민지", "192.168.100.101/quick", "closed for everybody by 김민지: 점검"),
            (AuditAction.AppRestarted, "portal", "192.168.100.101/quick", "restarted by command line (root)"),
            (AuditAction.AnnouncementAdded, "김민지", "점검", ""),
            (AuditAction.AnnouncementChanged, "김민지", "점검", ""),
            (AuditAction.AnnouncementRemoved, "김민지", "점검", ""),
        ];
        return entries.Select((one, index) => new AuditEntry
        {
            At = now.AddMinutes(-index),
            Action = one.Action,
            Actor = one.Actor,
            Subject = one.Subject,
            Detail = one.Detail,
            Count = 1 + index,
        });
    }
}
