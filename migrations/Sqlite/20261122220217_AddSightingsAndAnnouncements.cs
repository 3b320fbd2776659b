using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AddSightingsAndAnnouncements : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_RegisteredIps_Role",
                table: "RegisteredIps");

            migrationBuilder.CreateTable(
                name: "Announcements",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    English = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    Korean = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    Level = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    From = table.Column<long>(type: "INTEGER", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: true),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Announcements", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Sightings",
                columns: table => new
                {
                    RegistrationId = table.Column<int>(type: "INTEGER", nullable: false),
                    Client = table.Column<string>(type: "TEXT", maxLength: 45, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sightings", x => x.RegistrationId);
                    table.ForeignKey(
                        name: "FK_Sightings_RegisteredIps_RegistrationId",
                        column: x => x.RegistrationId,
                        principalTable: "RegisteredIps",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_Enabled_NetworkKey",
                table: "RegisteredIps",
                columns: new[] { "Enabled", "NetworkKey" });

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_ExpiresAt_NetworkKey",
                table: "RegisteredIps",
                columns: new[] { "ExpiresAt", "NetworkKey" });

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_Role_NetworkKey",
                table: "RegisteredIps",
                columns: new[] { "Role", "NetworkKey" });

            // Tells a change of the registry from the many other writes to this file, whoever makes it. A migration that
            // rebuilds RegisteredIps has to create the triggers anew.
            migrationBuilder.Sql("CREATE TABLE RegistryVersion (Value INTEGER NOT NULL); INSERT INTO RegistryVersion VALUES (1);");
            foreach (var change in new[] { "INSERT", "UPDATE", "DELETE" })
            {
                migrationBuilder.Sql(
                    $"CREATE TRIGGER RegisteredIps_{change} AFTER {change} ON RegisteredIps BEGIN UPDATE RegistryVersion SET Value = Value + 1; END;");
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var change in new[] { "INSERT", "UPDATE", "DELETE" })
                migrationBuilder.Sql($"DROP TRIGGER RegisteredIps_{change};");
            migrationBuilder.Sql("DROP TABLE RegistryVersion;");

            migrationBuilder.DropTable(
                name: "Announcements");

            migrationBuilder.DropTable(
                name: "Sightings");

            migrationBuilder.DropIndex(
                name: "IX_RegisteredIps_Enabled_NetworkKey",
                table: "RegisteredIps");

            migrationBuilder.DropIndex(
                name: "IX_RegisteredIps_ExpiresAt_NetworkKey",
                table: "RegisteredIps");

            migrationBuilder.DropIndex(
                name: "IX_RegisteredIps_Role_NetworkKey",
                table: "RegisteredIps");

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_Role",
                table: "RegisteredIps",
                column: "Role");
        }
    }
}
