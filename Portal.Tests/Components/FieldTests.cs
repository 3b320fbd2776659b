using Bunit;
using Portal.Data;
using Portal.Web.Components;
using Portal.Web.Pages.Admin.Registry;
using Xunit;

namespace Portal.Tests.Components;

public sealed class FieldTests : ScreenContext
{
    [Fact]
    public void A_field_is_tied_to_its_label_its_hint_and_its_error()
    {
        var field = Render<TextField>(field => field
            .Add(one => one.Id, "Port").Add(one => one.Label, "Port").Add(one => one.Hint, "A number").Add(one => one.Error, "Too large"));

        var input = field.Find("input");
        Assert.Equal("Port", field.Find("label").GetAttribute("for"));
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal("Port-error Port-hint", input.GetAttribute("aria-describedby"));
        Assert.Equal("Too large", field.Find("#Port-error").TextContent);
    }

    [Fact]
    public void A_field_without_fault_says_nothing_of_one()
    {
        var field = Render<TextField>(field => field.Add(one => one.Id, "Port").Add(one => one.Label, "Port"));

        Assert.False(field.Find("input").HasAttribute("aria-invalid"));
        Assert.False(field.Find("input").HasAttribute("aria-describedby"));
        Assert.Empty(field.FindAll(".field-error"));
    }

    [Fact]
    public void Every_fault_stands_beside_its_field_and_the_first_one_has_the_cursor()
    {
        var form = RenderForm(
            new RegistrationForm { Network = "10.0.0.7", Port = "80", Label = Hostile },
            new RegistryError("Port", RegistryErrorCode.PortOutOfRange),
            new RegistryError("Label", RegistryErrorCode.LabelInvalid));

        Assert.Equal("80", form.Find("#Port").GetAttribute("value"));
        Assert.Equal(Hostile, form.Find("#Label").GetAttribute("value"));
        Assert.NotNull(form.Find("#Port-error"));
        Assert.NotNull(form.Find("#Label-error"));
        Assert.Equal("Port", form.FindAll("[autofocus]").Single().Id);
    }

    [Fact]
    public void The_network_that_was_meant_is_one_click_away()
    {
        var form = RenderForm(
            new RegistrationForm { Network = "10.1.2.3/24" },
            new RegistryError("Network", RegistryErrorCode.NetworkHasHostBits, "10.1.2.0/24"));

        Assert.Equal("10.1.2.0/24", form.Find("button[name=Suggestion]").GetAttribute("value"));
        Assert.Contains("10.1.2.0/24", form.Find("#Network-error").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<RegistrationFields> RenderForm(RegistrationForm typed, params RegistryError[] errors) =>
        Render<RegistrationFields>(form => form.Add(one => one.Form, typed).Add(one => one.Errors, errors));
}
