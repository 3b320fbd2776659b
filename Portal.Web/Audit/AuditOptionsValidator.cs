using Microsoft.Extensions.Options;

namespace Portal.Web.Audit;

/// <summary>Names every key of <c>Portal:Audit</c> that is to be mended.</summary>
internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1), Longest = TimeSpan.FromDays(3660);

    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        options.Retention >= Shortest && options.Retention <= Longest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{AuditOptions.Section}:{nameof(options.Retention)} is {Duration.Format(options.Retention)}; "
                + $"it must be from {Duration.Format(Shortest)} to {Duration.Format(Longest)}.");
}
