using System.Globalization;

namespace Portal.Web.Access;

/// <summary>Section <c>Portal:Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Portal:Access";

    /// <summary>Addresses or networks whose <c>X-Forwarded-For</c> counts. Empty: nobody's.</summary>
    public IList<string> TrustedProxies { get; init; } = [];

    /// <summary>Addresses or networks that may ask for <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>, beside this machine.</summary>
    public IList<string> HealthNetworks { get; init; } = [];

    /// <summary>
    /// Names that people reach the portal by, beside addresses, names without a dot and domains that nobody can register:
    /// <c>portal.company.com</c>, <c>*.company.com</c>, <c>*</c> for any. See <see cref="Access.HostNames"/>.
    /// </summary>
    public IList<string> HostNames { get; init; } = [];

    /// <summary>Connections that one address may have open at once, unless it is a trusted proxy or of this machine; 0 for any number.</summary>
    public int MaxConnections { get; init; } = 500;

    /// <summary>Requests of an address that is not registered that are answered within a minute; the rest are 429. 0 for any number.</summary>
    public int RefusedPerMinute { get; init; } = 300;

    /// <summary>Whether who is refused may ask for access.</summary>
    public bool Requests { get; init; } = true;

    /// <summary>Fills an empty registry, once.</summary>
    public IList<BootstrapEntry> Bootstrap { get; init; } = [];

    internal sealed class BootstrapEntry
    {
        public string? Address { get; init; }

        /// <summary><c>Admin</c> or <c>User</c>.</summary>
        public string? Role { get; init; }

        /// <summary>Empty for any free one. A text, as a list's entry that cannot be bound would be left out silently.</summary>
        public string? Port { get; init; }

        /// <summary>The number; null for any free port and for what is none.</summary>
        public int? PortNumber =>
            int.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

        public string? Label { get; init; }
    }
}
