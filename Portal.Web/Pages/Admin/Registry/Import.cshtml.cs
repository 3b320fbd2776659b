using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Registry;

/// <summary>
/// Many registrations at once: first what would come of a file, then all of it or nothing. Between the two the text goes
/// to the browser and back: it is read, checked and compared with what was shown as if it had come for the first time, so
/// that it needs neither a signature nor a place on the server to be kept, swept and lost at a restart.
/// </summary>
[RequestFormLimits(ValueLengthLimit = 2 * MaxSize, MultipartBodyLengthLimit = 3 * MaxSize)]
internal sealed class ImportModel(
    RegisteredIpStore registry, TimeProvider time, IStringLocalizer<Texts> text, ILogger<ImportModel> logger)
    : AdminPage(text), IFormPage
{
    /// <summary>Bytes of a file.</summary>
    private const int MaxSize = 10 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty]
    public string? Pasted { get; set; }

    /// <summary>What is wrong with the file.</summary>
    public string? UploadError { get; private set; }

    /// <summary>What would come of it; null: nothing was given yet.</summary>
    public ImportPlan? Plan { get; private set; }

    /// <summary>Whether the registry has changed since the plan was shown before.</summary>
    public bool IsAnew { get; private set; }

    /// <summary>What forbids the import as a whole.</summary>
    public string? Refusal => Plan is null ? null : Text.Say(Plan.Errors);

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Pasted = await ReadAsync(cancellationToken);
        if (UploadError is null && Pasted is { } content)
            Plan = await registry.TryImportAsync(ImportText.Read(content, time.LocalTimeZone), Actor, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostCommitAsync(string? fingerprint, CancellationToken cancellationToken)
    {
        Plan = await registry.ImportAsync(
            ImportText.Read(Pasted ?? "", time.LocalTimeZone), fingerprint ?? "", Actor, cancellationToken);
        if (!Plan.Committed)
        {
            IsAnew = true;
            return Page();
        }

        var (added, changed) = (Plan.Count(ImportKind.Added), Plan.Count(ImportKind.Changed));
        logger.Imported(Actor.Name, added, changed);
        TempData.SayDone(Text["Import_Done", added, changed]);
        return LocalRedirect("/admin/");
    }

    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (Upload is not { Length: > 0 } file)
        {
            if (string.IsNullOrWhiteSpace(Pasted)) UploadError = Text["Import_Nothing"];
            return Pasted;
        }

        if (file.Length > MaxSize)
        {
            UploadError = Text["Import_TooLarge"];
            return null;
        }

        try
        {
            using var reader = new StreamReader(file.OpenReadStream(), Strict);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            UploadError = Text["Import_NotUtf8"];
            return null;
        }
    }
}
