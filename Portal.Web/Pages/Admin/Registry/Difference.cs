namespace Portal.Web.Pages.Admin.Registry;

/// <summary>A field of a registration that two people have changed at the same time, or one of them.</summary>
/// <param name="Field">The property of <see cref="RegistrationForm"/>.</param>
/// <param name="Before">As both have found it.</param>
/// <param name="Theirs">As it is registered now.</param>
/// <param name="Mine">As it is about to be saved.</param>
public sealed record Difference(string Field, string Before, string Theirs, string Mine)
{
    /// <summary>Nothing of theirs is overwritten unless that is chosen; what they have not touched may be changed as before.</summary>
    public bool TakesMine => Theirs.Equals(Before, StringComparison.Ordinal);

    public static IReadOnlyList<Difference> Between(RegistrationForm before, RegistrationForm theirs, RegistrationForm mine) =>
    [
        .. RegistrationForm.Fields
            .Select(field => new Difference(field, before.ValueOf(field), theirs.ValueOf(field), mine.ValueOf(field)))
            .Where(one => !one.Theirs.Equals(one.Mine, StringComparison.Ordinal)),
    ];
}
