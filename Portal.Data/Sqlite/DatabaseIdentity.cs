using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Portal.Data.Sqlite;

/// <summary>
/// Tells one registry from every other. It is in the head of the file (https://sqlite.org/fileformat2.html, offsets 60 and 68), so
/// that every copy has it and programs of before it can still open the database.
/// </summary>
internal readonly record struct DatabaseIdentity(int First, int Second)
{
    /// <summary>The identity of a database from before there were any.</summary>
    public static DatabaseIdentity None => default;

    public static DatabaseIdentity Create() =>
        new(RandomNumberGenerator.GetInt32(1, int.MaxValue), RandomNumberGenerator.GetInt32(1, int.MaxValue));

    public static DatabaseIdentity Of(SqliteConnection connection) =>
        new(Ask(connection, "PRAGMA application_id"), Ask(connection, "PRAGMA user_version"));

    /// <summary>Parses what <see cref="ToString"/> returns; anything else is <see cref="None"/>.</summary>
    public static DatabaseIdentity Parse(string text) =>
        text.Trim().Split('-') is [var first, var second]
        && int.TryParse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var one)
        && int.TryParse(second, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var two)
            ? new(one, two)
            : None;

    public void WriteTo(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; PRAGMA application_id = {First}; PRAGMA user_version = {Second}; COMMIT");
        command.ExecuteNonQuery();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First:x8}-{Second:x8}");

    private static int Ask(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (int)(long)(command.ExecuteScalar() ?? 0L);
    }
}
