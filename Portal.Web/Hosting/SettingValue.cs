using System.ComponentModel;
using System.Globalization;

namespace Portal.Web.Hosting;

/// <summary>
/// Represents a value of the configuration: what may be written there, and how the binder has to have it. Numbers of type
/// <see cref="long"/> are bytes, others count something.
/// </summary>
/// <param name="IsOptional">Whether it may be empty.</param>
/// <param name="Usual">The default, for the binder.</param>
internal sealed record SettingValue(Type Type, bool IsOptional, string Usual)
{
    /// <summary>Returns null for a type that is not written in one line.</summary>
    public static SettingValue? Of(Type type, object? usual)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare == typeof(string) || bare == typeof(TimeSpan) || bare.IsPrimitive || bare.IsEnum
            ? new SettingValue(bare, bare == typeof(string) || bare != type, Convert.ToString(usual, CultureInfo.InvariantCulture) ?? "")
            : null;
    }

    /// <summary>What the value has to be, after <c>it must be</c>.</summary>
    public string Form =>
        Type == typeof(TimeSpan) ? "a time such as 30s, 5m, 2h, 1d or 00:00:30"
        : Type == typeof(long) ? "a number of bytes such as 512MB, 2GB or 1048576"
        : Type == typeof(bool) ? "true or false"
        : Type.IsEnum ? string.Join(" or ", Enum.GetNames(Type))
        : $"a whole number such as {(Usual.Length > 0 ? Usual : "10")}";

    /// <summary>Returns the text as the binder reads it; null for one that is not of the form.</summary>
    public string? Normalize(string text)
    {
        if (Type == typeof(string) || (IsOptional && text.Length is 0))
            return text;
        if (Type == typeof(TimeSpan) && Duration.TryParse(text, out var duration))
            return duration.ToString("c");
        if (Type == typeof(long) && ByteSize.TryParse(text, out var bytes))
            return bytes.ToString(CultureInfo.InvariantCulture);
        try
        {
            _ = TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(text); // as the binder does
            return text;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return null;
        }
    }
}
