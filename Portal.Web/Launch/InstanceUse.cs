namespace Portal.Web.Launch;

/// <summary>The kinds of traffic to an instance that tell apart whether a person is at work.</summary>
internal enum InstanceUse
{
    /// <summary>A person's doing for as long as it lasts: a visit, a click, an upload.</summary>
    Request,

    /// <summary>What a page asks for by itself for as long as it is open in a browser.</summary>
    Poll,

    /// <summary>A WebSocket: a page is open; whether a person is at it, only the frames tell.</summary>
    Socket,
}
