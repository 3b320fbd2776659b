using Microsoft.Data.Sqlite;

namespace Portal.Data;

/// <summary>Tells a database that is away or takes nothing for the moment from a bug: such a failure passes by itself or is an operator's to mend.</summary>
public static class DatabaseFault
{
    /// <summary>Result codes: https://sqlite.org/rescode.html</summary>
    internal const int Busy = 5, Locked = 6, NoMemory = 7, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14,
        Protocol = 15, NotADatabase = 26;

    /// <summary>What the database says, in English; null where the failure is none of its own.</summary>
    public static string? In(Exception? exception) => exception switch
    {
        null => null,
        SqliteException
        {
            SqliteErrorCode: Busy or Locked or NoMemory or ReadOnly or InputOutput or Corrupt or Full or CannotOpen
            or Protocol or NotADatabase
        } fault => fault.Message,
        _ => In(exception.InnerException),
    };
}
