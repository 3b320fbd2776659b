using System.Globalization;

namespace Portal.Data;

/// <summary>A place in the record; its text is <c>ticks-id</c>. Entries that come in later do not move it.</summary>
/// <param name="At">When the entry there was written.</param>
/// <param name="Id">Which of those of that moment.</param>
public readonly record struct AuditCursor(DateTimeOffset At, long Id)
{
    public static AuditCursor Of(AuditEntry entry) => new(entry.At, entry.Id);

    public static bool TryParse(string? text, out AuditCursor cursor)
    {
        cursor = default;
        var parts = (text ?? "").Split('-');
        if (parts.Length is not 2
            || !TryParseNumber(parts[0], out var ticks) || ticks > DateTimeOffset.MaxValue.UtcTicks
            || !TryParseNumber(parts[1], out var id))
            return false;

        cursor = new(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}-{Id}");

    private static bool TryParseNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
