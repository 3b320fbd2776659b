using Bunit;
using Portal.Data;
using Portal.Web.Components;
using Portal.Web.Pages.Admin.Registry;
using Xunit;

namespace Portal.Tests.Components;

public sealed class RequestTests : ScreenContext
{
    [Fact]
    public void Markup_of_a_stranger_is_text()
    {
        var row = Render<RequestRow>(one => one.Add(it => it.Asked, new AccessRequest
        {
            Id = 7,
            Client = "10.0.0.7",
            Name = Hostile,
            Reason = Hostile,
            AskedAt = Time.GetUtcNow(),
        }));

        Assert.Empty(row.FindAll("script"));
        Assert.Equal("/admin/request/7", row.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void What_is_wrong_with_an_approval_stands_beside_its_field()
    {
        var fields = Render<ApprovalFields>(one => one
            .Add(it => it.Form, new RegistrationForm { Label = Hostile, Port = Hostile })
            .Add(it => it.Errors, [new RegistryError("Port", RegistryErrorCode.PortTaken, Hostile)]));

        Assert.Empty(fields.FindAll("script"));
        Assert.Equal("true", fields.Find("#Port").GetAttribute("aria-invalid"));
        Assert.NotNull(fields.Find("#Port-error"));
        Assert.Null(fields.Find("#Label").GetAttribute("aria-invalid"));
    }
}
