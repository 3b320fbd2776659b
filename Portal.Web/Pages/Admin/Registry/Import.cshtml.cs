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

    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty]
    public string? Pasted { get; set; }

    /// <summary>What is wrong with the file.</summary>
    public string? UploadError { get; private set; }

    /// <summary>The encoding that the file was read in; null where its text was pasted.</summary>
    public string? Encoding { get; private set; }

    /// <summary>What would come of it; null: nothing was given yet.</summary>
    public ImportPlan? Plan { get; private set; }

    /// <summary>Whether the registry has changed since the plan was shown before.</summary>
    public bool IsAnew { get; private set; }

    /// <summary>What forbids the import as a whole.</summary>
    public string? Refusal => Plan is null ? null : Text.Say(Plan.Errors);

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        // Where the file is refused, what was pasted beside it stays in the form.
        if (await ReadAsync(cancellationToken) is { } content)
        {
            Pasted = content;
            Plan = await registry.TryImportAsync(ImportText.Read(content, time.LocalTimeZone), Actor, cancellationToken);
        }

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
            if (!string.IsNullOrWhiteSpace(Pasted)) return Pasted;
            UploadError = Text["Import_Nothing"];
            return null;
        }

        if (file.Length > MaxSize)
        {
            UploadError = Text["Import_TooLarge"];
            return null;
        }

        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, cancellationToken);
        if (FileText.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is not { } read)
        {
            UploadError = Text["Import_Undecodable"];
            return null;
        }

        Encoding = read.Encoding;
        return read.Text;
    }
}
