namespace Portal.Data;

/// <summary>Many registrations as a text, in whichever form: comma-separated, or the settings of the first design.</summary>
public static class ImportText
{
    /// <param name="zone">That of a moment that names none.</param>
    /// <returns>A line for each row, and one for each part that cannot be read.</returns>
    public static IReadOnlyList<ImportLine> Read(string text, TimeZoneInfo zone) =>
        DjangoSettings.IsOne(text) && !RegistryCsv.IsOne(text) ? DjangoSettings.Read(text) : RegistryCsv.Read(text, zone);
}
