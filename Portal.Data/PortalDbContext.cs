using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Portal.Data;

/// <summary>The database of the portal.</summary>
public sealed class PortalDbContext(DbContextOptions<PortalDbContext> options) : DbContext(options)
{
    public DbSet<RegisteredIp> RegisteredIps => Set<RegisteredIp>();

    public DbSet<AccessRequest> AccessRequests => Set<AccessRequest>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<AppUsage> AppUsages => Set<AppUsage>();

    public DbSet<Sighting> Sightings => Set<Sighting>();

    public DbSet<Announcement> Announcements => Set<Announcement>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no type for moments; as a number they sort and compare, and keep every tick.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<Role>().HaveConversion<string>().HaveMaxLength(16);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RegisteredIp>(Describe);
        modelBuilder.Entity<AccessRequest>(Describe);
        modelBuilder.Entity<AuditEntry>(Describe);
        modelBuilder.Entity<AppUsage>(Describe);
        modelBuilder.Entity<Sighting>(Describe);
        modelBuilder.Entity<Announcement>(Describe);
    }

    private static void Describe(EntityTypeBuilder<AccessRequest> request)
    {
        request.Property(one => one.Client).HasMaxLength(NetworkNotation.MaxLength);
        request.Property(one => one.Name).HasMaxLength(AccessRequest.MaxName);
        request.Property(one => one.Reason).HasMaxLength(AccessRequest.MaxReason);
        request.Property(one => one.Word).HasMaxLength(AccessRequest.MaxWord);
        request.Property(one => one.Version).IsConcurrencyToken();
        request.HasIndex(one => one.Client).IsUnique().HasFilter("State = 'Open'");
        request.HasIndex(one => new { one.State, one.AskedAt });
    }

    private static void Describe(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.HasIndex(one => one.At);
        entry.HasIndex(one => new { one.Action, one.At });
        entry.HasIndex(one => new { one.Address, one.At });
    }

    private static void Describe(EntityTypeBuilder<AppUsage> usage)
    {
        usage.HasKey(one => new { one.Day, one.Client, one.App });
        usage.HasIndex(one => new { one.Client, one.Day });
        usage.Property(one => one.Client).HasMaxLength(NetworkNotation.MaxLength);
        usage.Property(one => one.App).HasMaxLength(63);
    }

    private static void Describe(EntityTypeBuilder<Sighting> sighting)
    {
        sighting.HasKey(one => one.RegistrationId);
        sighting.Property(one => one.RegistrationId).ValueGeneratedNever();
        sighting.Property(one => one.Client).HasMaxLength(NetworkNotation.MaxLength);
        sighting.HasOne<RegisteredIp>().WithOne().HasForeignKey<Sighting>(one => one.RegistrationId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Describe(EntityTypeBuilder<Announcement> announcement)
    {
        announcement.Property(one => one.English).HasMaxLength(Announcement.MaxText);
        announcement.Property(one => one.Korean).HasMaxLength(Announcement.MaxText);
        announcement.Property(one => one.Version).IsConcurrencyToken();
    }

    private static void Describe(EntityTypeBuilder<RegisteredIp> row)
    {
        row.ToTable(table =>
        {
            table.HasCheckConstraint("CK_RegisteredIps_Role", "Role IN ('User', 'Admin')");
            table.HasCheckConstraint("CK_RegisteredIps_Port", "Port BETWEEN 1024 AND 65535");
        });
        row.Property(r => r.Network).HasMaxLength(NetworkNotation.MaxLength);
        row.Property(r => r.Label).HasMaxLength(LabelText.MaxLength);
        row.Property(r => r.NetworkKey).HasMaxLength(48);
        row.Property(r => r.LabelKey);
        row.Property(r => r.Version).IsConcurrencyToken();
        row.HasIndex(r => r.Network).IsUnique();
        row.HasIndex(r => r.NetworkKey).IsUnique();
        row.HasIndex(r => r.Port).IsUnique();
        row.HasIndex(r => new { r.Role, r.NetworkKey });
        row.HasIndex(r => new { r.Enabled, r.NetworkKey });
        row.HasIndex(r => new { r.ExpiresAt, r.NetworkKey });
        row.HasIndex(r => new { r.LabelKey, r.NetworkKey });
        row.HasIndex(r => new { r.UpdatedAt, r.NetworkKey });
    }

    private sealed class UtcTicksConverter()
        : ValueConverter<DateTimeOffset, long>(
            moment => moment.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
