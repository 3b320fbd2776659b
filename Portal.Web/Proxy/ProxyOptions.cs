namespace Portal.Web.Proxy;

/// <summary>Section <c>Portal:Proxy</c>.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "Portal:Proxy";

    /// <summary>
    /// Bytes that a request to an app may carry. Streamlit takes uploads of 200 MB by default; the rest is for the
    /// multipart frame around them.
    /// </summary>
    public long MaxRequestBodySize { get; init; } = 210L * 1024 * 1024;

    /// <summary>Whether the portal's bar is added to the pages of apps; without it no answer of an app is touched.</summary>
    public bool PageTag { get; init; } = true;
}
