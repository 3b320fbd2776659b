using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Proxy;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>
/// Writes the tag of the script in an app's page, which draws the portal's tab and card: the link home, announcements, and
/// what the page must know about the app. The script asks <see cref="NoticeEndpoint"/>, and finds its words in its own tag.
/// </summary>
internal sealed class AppNotice(
    IStringLocalizer<Texts> text, IFileVersionProvider versions, IOptions<LaunchOptions> launch, IOptions<ScreensOptions> screens,
    Origins origins, ILoggerFactory loggers)
{
    private static readonly IOptions<RequestLocalizationOptions> Reader = Options.Create(ReadersLanguage());

    /// <summary>See <see cref="PageTag"/>.</summary>
    public async Task<string> TagAsync(HttpContext http)
    {
        var tag = "";
        await new RequestLocalizationMiddleware(
            _ =>
            {
                tag = Tag(http.Request);
                return Task.CompletedTask;
            },
            Reader,
            loggers).Invoke(http);
        return tag;
    }

    /// <summary>As for the screens; but what an app's answer says of its language is the app's own.</summary>
    private static RequestLocalizationOptions ReadersLanguage()
    {
        var options = new RequestLocalizationOptions();
        Languages.Configure(options);
        options.ApplyCurrentCultureToResponseHeaders = false;
        return options;
    }

    private string Tag(HttpRequest request)
    {
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        var slug = AppEndpoint.SlugOf(request);
        var script = new TagBuilder("script")
        {
            Attributes =
            {
                ["src"] = File(request, "/js/notice.js"),
                ["defer"] = "",
                ["data-style"] = File(request, "/css/notice.css"),
                ["data-ask"] = NoticeEndpoint.PathOf(slug, language),
                ["data-ended"] = EndedModel.PathOf(slug),
                ["data-refused"] = origins.Link(request, UnauthorizedModel.EndedPath),
                ["data-portal"] = origins.Link(request, "/"),
                ["data-before"] = launch.Value.NoticeBeforeStop.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                ["data-language"] = language,
                ["data-home"] = text["Notice_Home", screens.Value.Title],
                ["data-label"] = text["Notice_Label"],
                ["data-menu"] = text["Notice_Menu"],
                ["data-close"] = text["Notice_Close"],
                ["data-soon"] = text["Idle_Soon"],
                ["data-keep"] = text["Idle_Keep"],
                ["data-stopped"] = text["Idle_Stopped"],
                ["data-gone"] = text["Notice_Gone"],
                ["data-restarted"] = text["Notice_Restarted"],
                ["data-start"] = text["Idle_StartAgain"],
            },
        };
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        // Not the encoder of the screens, which leaves Korean as it is: the page may be in any encoding that has ASCII.
        script.WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }

    private string File(HttpRequest request, string path) => versions.AddFileVersionToPath(request.PathBase, path);
}
