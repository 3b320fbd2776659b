using System.Net;

namespace Portal.Web.Pages.Admin;

/// <summary>What admins did; event ids 4000 to 4099.</summary>
internal static partial class AdminLog
{
    [LoggerMessage(4001, LogLevel.Information, "{Actor} registered {Network} as {Role}")]
    public static partial void Added(this ILogger logger, string actor, string network, Data.Role role);

    [LoggerMessage(4002, LogLevel.Information, "{Actor} changed the registration of {Network}")]
    public static partial void Changed(this ILogger logger, string actor, string network);

    [LoggerMessage(4003, LogLevel.Information, "{Actor} set the registration of {Network} to enabled = {Enabled}")]
    public static partial void Switched(this ILogger logger, string actor, string network, bool enabled);

    [LoggerMessage(4004, LogLevel.Information, "{Actor} removed the registration of {Network}")]
    public static partial void Removed(this ILogger logger, string actor, string network);

    [LoggerMessage(4005, LogLevel.Information, "{Actor} was refused a change of the registry: {Errors}")]
    public static partial void Refused(this ILogger logger, string actor, string errors);

    [LoggerMessage(4006, LogLevel.Information, "{Actor} stopped {Client}/{App}")]
    public static partial void Stopped(this ILogger logger, string actor, IPAddress client, string app);

    [LoggerMessage(4007, LogLevel.Information, "{Actor} restarted {Client}/{App}")]
    public static partial void Restarted(this ILogger logger, string actor, IPAddress client, string app);

    [LoggerMessage(4009, LogLevel.Information, "{Actor} closed {App} for everybody: {Stopped} stopped")]
    public static partial void Closed(this ILogger logger, string actor, string app, int stopped);

    [LoggerMessage(4010, LogLevel.Information, "{Actor} declined the request of {Client}")]
    public static partial void Declined(this ILogger logger, string actor, string client);

    [LoggerMessage(4008, LogLevel.Information, "{Actor} lets {Client}/{App} be tried again at once")]
    public static partial void Reset(this ILogger logger, string actor, IPAddress client, string app);

    [LoggerMessage(4020, LogLevel.Information, "{Actor} imported registrations: {Added} added, {Changed} changed")]
    public static partial void Imported(this ILogger logger, string actor, int added, int changed);
}
