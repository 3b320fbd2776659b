using Microsoft.Extensions.Options;

namespace Portal.Web.Hosting;

/// <summary>Says all that is wrong with the configuration: to who starts the portal, and by <c>portal doctor</c>.</summary>
/// <param name="mistakes">What was wrong before any option was read.</param>
internal sealed class SettingsCheck(IReadOnlyList<SettingMistake> mistakes, IServiceProvider services)
{
    /// <summary>Returns a line for each mistake; none where all is well.</summary>
    public IReadOnlyList<string> Examine()
    {
        var lines = mistakes.Select(mistake => mistake.Text).ToList();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (Exception e) when (StartFailure.Explain(e) is { Count: > 0 } invalid)
        {
            lines.AddRange(invalid);
        }

        return lines;
    }

    /// <summary>Whether the value of a key could not be used as it is.</summary>
    public bool IsMistaken(string key) => mistakes.Any(mistake => mistake.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="OptionsValidationException">Something is wrong; it holds all of it.</exception>
    public void Require()
    {
        var lines = Examine().ToList();
        if (services.GetRequiredService<PortalPaths>().WhyUnfit() is { } why)
            lines.Add(why);
        ThrowFor(lines);
    }

    /// <summary>For commands, which need only a part of the options: nothing that was misread leads them to other data.</summary>
    /// <exception cref="OptionsValidationException">A key is unknown or a value of the wrong kind.</exception>
    public void RequireReadable() => ThrowFor([.. mistakes.Select(mistake => mistake.Text)]);

    private static void ThrowFor(List<string> lines)
    {
        if (lines.Count > 0)
            throw new OptionsValidationException(PortalSettings.Root, typeof(PortalSettings), lines);
    }
}
