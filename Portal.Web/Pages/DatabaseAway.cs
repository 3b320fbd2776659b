using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Portal.Data;

namespace Portal.Web.Pages;

/// <summary>What cannot be answered because the database is away: a line in the log in place of a stack trace, and when to ask again.</summary>
internal static partial class DatabaseAway
{
    private const int RetryAfter = 5;

    /// <summary>True where the answer of before came to nothing by the database's fault.</summary>
    public static bool IsReasonOf(HttpContext http) => Reason(http) is not null;

    /// <summary>Takes note of an exception that nobody else has handled.</summary>
    public static Task NoteAsync(HttpContext http)
    {
        if (Reason(http) is not { } reason)
            return Task.CompletedTask;
        Note(http, reason);
        http.Response.Headers.RetryAfter = RetryAfter.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    /// <summary>Tells the log.</summary>
    public static void Note(HttpContext http, string reason) => Log.DatabaseAway(
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DatabaseAway)), http.Request.Method, http.Request.Path, reason);

    private static string? Reason(HttpContext http) => DatabaseFault.In(http.Features.Get<IExceptionHandlerFeature>()?.Error);

    private static partial class Log
    {
        [LoggerMessage(4060, LogLevel.Error, "{Method} {Path} came to nothing by the database's fault: {Reason}")]
        public static partial void DatabaseAway(ILogger logger, string method, string path, string reason);
    }
}
