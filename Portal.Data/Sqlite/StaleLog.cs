using Microsoft.Extensions.Logging;

namespace Portal.Data.Sqlite;

/// <summary>
/// Sets a write-ahead log aside that was left by another database of that name: SQLite would write its pages into this one.
/// </summary>
internal static partial class StaleLog
{
    /// <summary>Sets the log aside where the database is a copy, which has never had one.</summary>
    public static void SetAsideBesideCopy(string path, DateTimeOffset now, ILogger logger)
    {
        var real = DatabaseFiles.RealPath(path);
        if (IsFilled(DatabaseFiles.LogOf(real)) && File.Exists(real) && DatabaseHead.Read(real) is { IsDatabase: true, HasLog: false })
            SetAside(path, now, logger);
    }

    /// <summary>Sets the log aside; it stays beside the database under another name.</summary>
    public static void SetAside(string path, DateTimeOffset now, ILogger logger)
    {
        var log = DatabaseFiles.LogOf(DatabaseFiles.RealPath(path));
        if (!IsFilled(log)) return;
        var aside = FormattableString.Invariant($"{log}.stale-{now.UtcDateTime:yyyyMMddHHmmssfff}");
        File.Move(log, aside);
        Log.SetAside(logger, log, path, aside);
    }

    private static bool IsFilled(string log) => new FileInfo(log) is { Exists: true, Length: > 0 };

    private static partial class Log
    {
        [LoggerMessage(5014, LogLevel.Warning, "The log {Log} is not of the database {Path} and was set aside as {Aside}")]
        public static partial void SetAside(ILogger logger, string log, string path, string aside);
    }
}
