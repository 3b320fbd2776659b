using System.Net;

namespace Portal.Data;

/// <summary>Who changes the registry.</summary>
/// <param name="Name">Kept in the row as <c>CreatedBy</c> and <c>UpdatedBy</c>.</param>
/// <param name="Address">Their address, where they come through the portal: a change must leave it an admin's.</param>
/// <param name="RegistrationId">The row that they come through, likewise.</param>
public sealed record Actor(string Name, IPAddress? Address = null, int? RegistrationId = null);
