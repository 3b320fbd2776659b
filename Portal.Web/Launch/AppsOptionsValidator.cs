using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// Names every key of <c>Portal:Apps</c> that is to be mended. A script that is missing is no reason not to start:
/// one broken app never keeps the others from people; its launch says what is missing.
/// </summary>
internal sealed partial class AppsOptionsValidator : IValidateOptions<AppsOptions>
{
    public ValidateOptionsResult Validate(string? name, AppsOptions options)
    {
        var failures = new List<string>();
        for (var i = 0; i < options.Apps.Count; i++)
        {
            var app = options.Apps[i];
            var key = $"{AppOptions.Key}:{i}";
            if (!SlugForm.IsMatch(app.Slug ?? ""))
                failures.Add($"{key}:Slug is '{app.Slug}'; it must be lower-case letters, digits and hyphens, at most 63.");
            if (options.Apps.Take(i).Any(other => string.Equals(other.Slug, app.Slug, StringComparison.Ordinal)))
                failures.Add($"{key}:Slug is '{app.Slug}', as another app's is already.");
            if (string.IsNullOrWhiteSpace(app.Script))
                failures.Add($"{key}:Script is empty; name the app's main Python file.");
            if (app.MaxInstances < 1)
                failures.Add($"{key}:MaxInstances is {app.MaxInstances}; it must be at least 1, or left out.");
            if (!GroupLimits.IsMemoryMax(app.MemoryMax))
                failures.Add($"{key}:MemoryMax is {ByteSize.Format(app.MemoryMax.GetValueOrDefault())}; it must be at least 64MB, such as 1GB, or left out.");
            if (!GroupLimits.IsCpuWeight(app.CpuWeight))
                failures.Add($"{key}:CpuWeight is {app.CpuWeight}; it must be from 1 to 10000, or left out.");
            if (app.RunAs is { Length: > 0 } user && SystemUser.WhyUnfit(user) is { } unfit)
                failures.Add($"{key}:RunAs {unfit}");
            failures.AddRange(app.Roles
                .Where(role => !Enum.TryParse<Role>(role, ignoreCase: true, out var known) || !Enum.IsDefined(known))
                .Select(role => $"{key}:Roles holds '{role}'; it may hold Admin and User."));
            failures.AddRange(app.Environment.Keys
                .Where(variable => !VariableForm.IsMatch(variable))
                .Select(variable => $"{key}:Environment holds '{variable}', which cannot name a variable."));
            failures.AddRange(app.Preload
                .Where(module => !ModuleForm.IsMatch(module))
                .Select(module => $"{key}:Preload holds '{module}', which is no name of a Python module."));
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    // Starts with no underscore: Streamlit's own paths do, and the portal answers those itself.
    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,62})\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SlugForm { get; }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableForm { get; }

    [GeneratedRegex(@"\A[\p{L}_][\p{L}\p{Nd}_]*(?:\.[\p{L}_][\p{L}\p{Nd}_]*)*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModuleForm { get; }
}
