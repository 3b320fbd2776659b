using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>A row of the access table, with what each request of its clients would otherwise build anew.</summary>
internal sealed class AccessEntry(RegisteredIp row)
{
    // In ticks, so that nothing but the entry itself has to be brought into the processor.
    private readonly long _admitsUntil = !row.Enabled ? long.MinValue : row.ExpiresAt?.UtcTicks ?? long.MaxValue;
    private ClientIdentity? _latest;

    public RegisteredIp Row { get; } = row;

    public Task<AuthenticateResult> Admitted { get; } = Task.FromResult(
        AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(row), AccessSetup.Scheme)));

    /// <summary>As <see cref="RegisteredIp.IsActive"/> says.</summary>
    public bool IsActive(DateTimeOffset now) => now.UtcTicks < _admitsUntil;

    /// <summary>The client of that address; one object while the same address keeps asking.</summary>
    public ClientIdentity IdentityOf(IPAddress address)
    {
        if (_latest is { } known && known.Address.Equals(address))
            return known;
        return _latest = new ClientIdentity(address, Row.Id, Row.Role, Row.Label, Row.Port);
    }

    private static ClaimsPrincipal PrincipalOf(RegisteredIp row) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, row.Label), new Claim(ClaimTypes.Role, row.Role.ToString())],
        AccessSetup.Scheme));
}
