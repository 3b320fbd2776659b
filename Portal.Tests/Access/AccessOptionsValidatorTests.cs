using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Access;

public sealed class AccessOptionsValidatorTests
{
    [Fact]
    public void Every_error_names_its_key()
    {
        var outcome = new AccessOptionsValidator().Validate(null, new AccessOptions
        {
            TrustedProxies = ["10.0.0.1", "10.0.0.1/8"],
            HealthNetworks = ["somewhere"],
            Bootstrap = [new() { Address = "10.1.2", Role = "User" }, new() { Address = "10.1.2.3", Role = "7", Port = "http" }, new()],
        });

        Assert.NotNull(outcome.Failures);
        Assert.Equal(
            [
                "Portal:Access:TrustedProxies:1", "Portal:Access:HealthNetworks:0", "Portal:Access:Bootstrap:0:Address",
                "Portal:Access:Bootstrap:1:Role", "Portal:Access:Bootstrap:1:Port", "Portal:Access:Bootstrap:2:Address", "Portal:Access:Bootstrap:2:Role",
            ],
            outcome.Failures.Select(failure => failure.Split(' ')[0]),
            StringComparer.Ordinal);
        Assert.Contains(outcome.Failures, failure => failure.Contains("did you mean 10.0.0.0/8?", StringComparison.Ordinal));
    }

    [Fact]
    public void The_defaults_are_valid() => Assert.True(new AccessOptionsValidator().Validate(null, new AccessOptions()).Succeeded);
}
