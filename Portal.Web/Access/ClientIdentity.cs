using System.Net;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>A registered client, as far as the rest of the portal needs to know.</summary>
/// <param name="Address">The remote address after trusted proxies were peeled off; IPv4 in its own form.</param>
/// <param name="RegistrationId">The row of the registry that admitted it.</param>
/// <param name="Port">The port registered for its instance, if any.</param>
public sealed record ClientIdentity(IPAddress Address, int RegistrationId, Role Role, string Label, int? Port)
{
    public bool IsAdmin => Role is Role.Admin;

    /// <summary>What to call them: the label, or the address where there is none.</summary>
    public string DisplayName => Label.Length > 0 ? Label : Address.ToString();
}
