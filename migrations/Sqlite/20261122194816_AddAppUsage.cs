using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AddAppUsage : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AppUsages",
                columns: table => new
                {
                    Day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Client = table.Column<string>(type: "TEXT", maxLength: 45, nullable: false),
                    App = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    Launches = table.Column<int>(type: "INTEGER", nullable: false),
                    ActiveSeconds = table.Column<long>(type: "INTEGER", nullable: false),
                    PeakMemory = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AppUsages", x => new { x.Day, x.Client, x.App });
                });

            migrationBuilder.CreateIndex(
                name: "IX_AppUsages_Client_Day",
                table: "AppUsages",
                columns: new[] { "Client", "Day" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AppUsages");
        }
    }
}
