using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class InitialCreate : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "RegisteredIps",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Network = table.Column<string>(type: "TEXT", maxLength: 45, nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Port = table.Column<int>(type: "INTEGER", nullable: true),
                    Label = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<Guid>(type: "TEXT", nullable: false),
                    NetworkKey = table.Column<string>(type: "TEXT", maxLength: 48, nullable: false),
                    LabelKey = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RegisteredIps", x => x.Id);
                    table.CheckConstraint("CK_RegisteredIps_Port", "Port BETWEEN 1024 AND 65535");
                    table.CheckConstraint("CK_RegisteredIps_Role", "Role IN ('User', 'Admin')");
                });

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_LabelKey_NetworkKey",
                table: "RegisteredIps",
                columns: new[] { "LabelKey", "NetworkKey" });

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_Network",
                table: "RegisteredIps",
                column: "Network",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_NetworkKey",
                table: "RegisteredIps",
                column: "NetworkKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_Port",
                table: "RegisteredIps",
                column: "Port",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_Role",
                table: "RegisteredIps",
                column: "Role");

            migrationBuilder.CreateIndex(
                name: "IX_RegisteredIps_UpdatedAt_NetworkKey",
                table: "RegisteredIps",
                columns: new[] { "UpdatedAt", "NetworkKey" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RegisteredIps");
        }
    }
}
