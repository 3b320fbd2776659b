using Microsoft.Extensions.Options;

namespace Portal.Web.Access;

/// <summary>Names the key that is to be mended.</summary>
internal sealed class OriginsOptionsValidator : IValidateOptions<OriginsOptions>
{
    private const string UrlKey = $"{OriginsOptions.Section}:{nameof(OriginsOptions.Url)}";
    private const string AppsUrlKey = $"{OriginsOptions.Section}:{nameof(OriginsOptions.AppsUrl)}";

    public ValidateOptionsResult Validate(string? name, OriginsOptions options)
    {
        var failures = new List<string>();
        var portal = Read(options.Url, UrlKey, failures);
        var apps = Read(options.AppsUrl, AppsUrlKey, failures);
        if (apps is { } && string.IsNullOrEmpty(options.Url))
            failures.Add($"{UrlKey} is missing; with {AppsUrlKey} it must say where the portal itself is: https://portal.company.com.");
        if (portal is { } one && apps is { } other
            && string.Equals(one.Host, other.Host, StringComparison.Ordinal) && (one.Port == other.Port || one.IsTls != other.IsTls))
        {
            failures.Add(one == other
                ? $"{AppsUrlKey} is the same as {UrlKey}; it must be another host or another port."
                : $"{AppsUrlKey} is on the host of {UrlKey} with another scheme; both must have the same there, as browsers that saw https once insist on it.");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static WebOrigin? Read(string? text, string key, List<string> failures)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (WebOrigin.TryParse(text, out var origin))
            return origin;
        failures.Add($"{key} is '{text}'; it must be scheme, host and port alone: https://portal.company.com, http://10.1.2.3:8000.");
        return null;
    }
}
