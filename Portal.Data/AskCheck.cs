using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>What is to be mended in a request for access, and whether there is room for it.</summary>
internal static class AskCheck
{
    /// <summary>How many requests may wait for a decision, so that no stranger can fill the disk.</summary>
    public const int MaxOpen = 1000;

    /// <summary>How many an address may make in an hour, and all addresses together in a minute.</summary>
    public const int MaxInHour = 5, MaxInMinute = 30;

    /// <summary>The name and the reason as they would be kept.</summary>
    public static (string Name, string Reason) Clean(string? name, string? reason) =>
        (LabelText.Clean(name), LabelText.Clean(reason?.ReplaceLineEndings(" ")));

    public static List<AskRefusal> Texts(string name, string reason)
    {
        var refusals = new List<AskRefusal>();
        if (name.Length is 0) refusals.Add(AskRefusal.NameRequired);
        if (name.Length > AccessRequest.MaxName) refusals.Add(AskRefusal.NameTooLong);
        if (!LabelText.IsPlain(name)) refusals.Add(AskRefusal.NameInvalid);
        if (reason.Length is 0) refusals.Add(AskRefusal.ReasonRequired);
        if (reason.Length > AccessRequest.MaxReason) refusals.Add(AskRefusal.ReasonTooLong);
        if (!LabelText.IsPlain(reason)) refusals.Add(AskRefusal.ReasonInvalid);
        return refusals;
    }

    public static async Task<AskRefusal?> RoomAsync(
        PortalDbContext context, string client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var requests = context.AccessRequests;
        if (await requests.AnyAsync(one => one.Client == client && one.State == AccessRequestState.Open, cancellationToken))
            return AskRefusal.AlreadyAsked;
        if (await requests.CountAsync(one => one.State == AccessRequestState.Open, cancellationToken) >= MaxOpen)
            return AskRefusal.TooMany;

        var (hourAgo, minuteAgo) = (now.AddHours(-1), now.AddMinutes(-1));
        var isTooOften =
            await requests.CountAsync(one => one.Client == client && one.AskedAt > hourAgo, cancellationToken) >= MaxInHour
            || await requests.CountAsync(one => one.AskedAt > minuteAgo, cancellationToken) >= MaxInMinute;
        return isTooOften ? AskRefusal.TooOften : null;
    }
}
