using Microsoft.Extensions.Options;

namespace Portal.Web.Proxy;

/// <summary>Names every key of <c>Portal:Proxy</c> that is to be mended.</summary>
internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options) => options.MaxRequestBodySize > 0
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{ProxyOptions.Section}:{nameof(options.MaxRequestBodySize)} is "
            + $"{ByteSize.Format(options.MaxRequestBodySize)}; it must be over 0, such as 210MB.");
}
