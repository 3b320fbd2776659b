using Portal.Web.Access;

namespace Portal.Web.Launch;

/// <summary>Whose wish it is that an instance ends.</summary>
/// <param name="Client">Null for the portal itself.</param>
/// <param name="IsRestart">True where it is launched anew after that.</param>
/// <param name="Name">Who it is, where it is neither a client nor the portal itself.</param>
internal readonly record struct StopRequest(ClientIdentity? Client, bool IsRestart = false, string? Name = null);
