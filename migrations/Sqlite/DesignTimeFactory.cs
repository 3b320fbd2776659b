using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Portal.Data;

namespace Portal.Migrations.Sqlite;

/// <summary>
/// For dotnet ef alone: the database that the portal opens by default, or the one that the environment variable
/// ConnectionStrings__Portal names. The tool runs in the folder of this project.
/// </summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<PortalDbContext>
{
    public PortalDbContext CreateDbContext(string[] args)
    {
        var folder = Path.GetFullPath("../../data");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var options = new DbContextOptionsBuilder<PortalDbContext>();
        options.UsePortalSqlite(
            Environment.GetEnvironmentVariable("ConnectionStrings__Portal")
            ?? $"Data Source={Path.Combine(folder, "portal.db")}");
        return new PortalDbContext(options.Options);
    }
}
