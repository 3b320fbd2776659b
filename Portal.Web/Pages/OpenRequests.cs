using System.Data.Common;
using Portal.Data;

namespace Portal.Web.Pages;

/// <summary>How many requests wait for a decision, for the navigation of admins.</summary>
internal static class OpenRequests
{
    /// <summary>None where that cannot be told: the page that says that the database is away has the navigation too.</summary>
    public static async Task<int> CountAsync(HttpContext http)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<AccessRequestStore>().CountOpenAsync(http.RequestAborted);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            return 0;
        }
    }
}
