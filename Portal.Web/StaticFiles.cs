using Microsoft.AspNetCore.ResponseCompression;

namespace Portal.Web;

/// <summary>
/// The files of <c>wwwroot</c>, compressed, with an ETag, and kept by browsers for good when asked for by their
/// fingerprint (<c>?v=…</c>). Strangers get only what the page that refuses them needs.
/// </summary>
internal static class StaticFiles
{
    private static readonly PathString[] Public = ["/css/site.css", "/js/asked.js", "/favicon.svg", "/favicon.ico", "/apple-touch-icon.png"];

    public static IServiceCollection AddStaticFiles(this IServiceCollection services) =>
        services.AddResponseCompression(options =>
        {
            // Files hold no secret that could be guessed by their compressed length; pages, which do, pass elsewhere.
            options.EnableForHttps = true;
            options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"];
        });

    /// <summary>Before anybody is asked who they are.</summary>
    public static void UsePublicFiles(this IApplicationBuilder app) =>
        app.UseFilesWhen(http => Public.Contains(http.Request.Path));

    /// <summary>After authorization, whose fallback policy keeps strangers out.</summary>
    public static void UsePrivateFiles(this IApplicationBuilder app) =>
        app.UseFilesWhen(http => http.GetEndpoint() is null && Path.HasExtension(http.Request.Path));

    private static void UseFilesWhen(this IApplicationBuilder app, Func<HttpContext, bool> condition) =>
        app.UseWhen(condition, files => files
            .UseResponseCompression()
            .UseStaticFiles(new StaticFileOptions
            {
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                    file.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache",
            }));
}
