using System.Runtime.CompilerServices;
using Xunit;

namespace Portal.Tests;

/// <summary>Waits for a condition, with a time limit: what tests do in place of sleeping.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Generous, as it is for a busy machine: what is waited for mostly comes within a second.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        TrueAsync(() => Task.FromResult(condition()), within, text);

    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!await condition())
        {
            if (time.GetElapsedTime(began) > (within ?? Limit))
                Assert.Fail($"Not within {within ?? Limit}: {text}");
            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }
}
