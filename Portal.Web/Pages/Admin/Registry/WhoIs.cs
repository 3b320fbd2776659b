using System.Net;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Pages.Admin.Registry;

/// <summary>Who an address would be, were it to ask now; answered by the table that answers requests.</summary>
/// <param name="Asked">As it was typed.</param>
/// <param name="Address">As the registry knows it; null where what was typed is no address.</param>
/// <param name="Row">The row that decides, whether it admits or refuses; null: the address is not registered.</param>
/// <param name="Client">Who it would be; null: it is refused.</param>
/// <param name="Apps">What the row's role may open.</param>
/// <param name="Seen">Who came through the row last; null: nobody.</param>
public sealed record WhoIs(
    string Asked,
    IPAddress? Address = null,
    RegisteredIp? Row = null,
    ClientIdentity? Client = null,
    IReadOnlyList<App>? Apps = null,
    Sighting? Seen = null)
{
    internal static WhoIs Ask(string asked, RegistryAccess access, AppCatalog apps)
    {
        if (!NetworkNotation.TryParse(asked, out var network) || !NetworkNotation.IsSingleAddress(network))
            return new(asked);

        var address = network.BaseAddress;
        var row = access.Table.Decide(address)?.Row;
        return new(asked, address, row, access.Identify(address), row is null ? [] : apps.OpenTo(row.Role));
    }
}
