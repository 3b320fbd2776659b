using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Portal.Web.Pages;

/// <summary>A message that the next page shows once: what was done, or why not.</summary>
internal static class Flash
{
    public const string Cookie = "portal-flash";

    private const string Done = "flash-done";
    private const string Refused = "flash-refused";

    public static void SayDone(this ITempDataDictionary memory, string message) => memory[Done] = message;

    public static void SayRefused(this ITempDataDictionary memory, string message) => memory[Refused] = message;

    public static string? TakeDone(this ITempDataDictionary memory) => memory[Done] as string;

    public static string? TakeRefused(this ITempDataDictionary memory) => memory[Refused] as string;
}
