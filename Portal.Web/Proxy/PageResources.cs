namespace Portal.Web.Proxy;

/// <summary>
/// What Streamlit's page loads by itself, frames of components among it. On plain HTTP no browser says what a request is
/// for, so its address has to.
/// </summary>
internal static class PageResources
{
    private static readonly string[] Folders = ["_stcore/", "component/", "media/", "static/", "app/static/", "~/+/"];

    /// <param name="path">Within the app, without a slash before it.</param>
    public static bool Hold(ReadOnlySpan<char> path)
    {
        foreach (var folder in Folders)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
