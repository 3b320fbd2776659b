using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Portal.Web.Pages;

/// <summary>What an operator may say about the screens, in the section <c>Portal</c>.</summary>
internal sealed class ScreensOptions
{
    public const string Section = "Portal";

    /// <summary>The portal's name, in the header and the title of every page; 1 to 60 characters.</summary>
    [Required(ErrorMessage = "Portal:Title is empty; give the portal a name, or leave the key out.")]
    [MaxLength(60, ErrorMessage = "Portal:Title is longer than 60 characters; shorten it.")]
    public string Title { get; set; } = "5G Feature Manager";
}

[OptionsValidator]
internal sealed partial class ScreensOptionsValidator : IValidateOptions<ScreensOptions>;
