namespace Portal.Web.Access;

/// <summary>Is on a request that a trusted proxy has sent, for whomever.</summary>
internal sealed class ForwardingProxy
{
    private static readonly ForwardingProxy Mark = new();

    /// <summary>Before headers say for whom.</summary>
    public static void Note(HttpContext http) => http.Features.Set(Mark);

    public static bool IsBehind(HttpContext http) => http.Features.Get<ForwardingProxy>() is not null;
}
