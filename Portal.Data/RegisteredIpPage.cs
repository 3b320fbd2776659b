namespace Portal.Data;

/// <summary>One page of the registry.</summary>
/// <param name="Total">How many rows match the query over all pages.</param>
/// <param name="Page">The page that this is, from 1.</param>
public sealed record RegisteredIpPage(IReadOnlyList<RegisteredIp> Items, int Total, int Page, int PageSize)
{
    public int PageCount => Math.Max(1, (Total + PageSize - 1) / PageSize);
}
