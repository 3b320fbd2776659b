namespace Portal.Web.Tls;

/// <summary>In the section <c>Portal</c>.</summary>
internal sealed class TlsOptions
{
    public const string Section = "Portal";

    /// <summary>
    /// Whether who comes by plain HTTP is sent to HTTPS, where the portal itself listens for that, and browsers are told to stay there.
    /// </summary>
    public bool RedirectToHttps { get; init; } = true;
}
