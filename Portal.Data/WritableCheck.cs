using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>Whether the database can be written at present.</summary>
public sealed class WritableCheck(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>Null where it can; else why it cannot, in English.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
            await context.AppUsages.Where(one => one.App == "").ExecuteDeleteAsync(cancellationToken);
            await transaction.RollbackAsync(cancellationToken);
            return null;
        }
        catch (DbException e)
        {
            return e.Message;
        }
    }
}
