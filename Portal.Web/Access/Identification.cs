using Portal.Data;

namespace Portal.Web.Access;

/// <summary>Looks up who is asking, once for each request, for all who have to know. Strangers go on as such.</summary>
internal sealed class Identification(RequestDelegate next, RegistryAccess access, Sightings sightings)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is { } remote && access.Identify(NetworkNotation.Normalize(remote)) is { } client)
        {
            sightings.Note(client);
            http.Features.Set(client);
        }

        return next(http);
    }
}
