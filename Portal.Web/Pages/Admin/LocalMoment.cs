using System.Globalization;

namespace Portal.Web.Pages.Admin;

/// <summary>A moment as an input of the type <c>datetime-local</c> has it: to the minute, in a time zone that goes without saying.</summary>
internal static class LocalMoment
{
    private const string Format = "yyyy-MM-ddTHH:mm";

    public static string? Write(DateTimeOffset? at, TimeZoneInfo zone) =>
        at is { } moment ? TimeZoneInfo.ConvertTime(moment, zone).ToString(Format, CultureInfo.InvariantCulture) : null;

    /// <returns>Null for nothing, <see cref="DateTimeOffset.MinValue"/> for what is no moment.</returns>
    public static DateTimeOffset? Read(string? typed, TimeZoneInfo zone)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;

        return DateTime.TryParse(typed, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            && local.Year is > 1 and < 9999
            ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone.GetUtcOffset(local))
            : DateTimeOffset.MinValue;
    }
}
