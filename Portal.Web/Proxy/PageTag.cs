namespace Portal.Web.Proxy;

/// <summary>
/// What the portal adds to an app's page: an element of HTML in ASCII, for whoever asks, in their language. The proxy has
/// no words of its own, so it is given them.
/// </summary>
/// <param name="http">A request under <c>/app/{slug}/</c>.</param>
internal delegate Task<string> PageTag(HttpContext http);
