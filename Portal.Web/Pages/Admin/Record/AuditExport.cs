using System.Text;
using Microsoft.AspNetCore.Mvc;
using Portal.Data;

namespace Portal.Web.Pages.Admin.Record;

/// <summary>The record as a file, written while it is read: there may be a million entries.</summary>
internal sealed class AuditExport(IAsyncEnumerable<AuditEntry> entries, string fileName) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename={fileName}";
        response.Headers.CacheControl = "no-store";

        // With the mark by which spreadsheets know UTF-8.
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(AuditCsv.Head);
        await foreach (var entry in entries.WithCancellation(context.HttpContext.RequestAborted))
            await writer.WriteAsync(AuditCsv.Line(entry));
    }
}
