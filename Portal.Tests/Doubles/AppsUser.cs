using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>The user that apps run as in tests: one that every machine has, and that may do nothing.</summary>
internal static class AppsUser
{
    /// <summary>For others to look into and run things in, not to write.</summary>
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;

    public static SystemUser Nobody { get; } =
        SystemUser.Find("nobody") ?? throw new InvalidOperationException("This machine has no user nobody.");

    /// <summary>
    /// Lets that user into the test's folder as it is now: a portal, and so this process, writes for its owner alone. Skips the
    /// test where nobody can become another user.
    /// </summary>
    public static void Invite(TestGround ground)
    {
        RequireRights();
        foreach (var path in Directory.EnumerateFileSystemEntries(ground.Folder, "*", SearchOption.AllDirectories).Append(ground.Folder))
            File.SetUnixFileMode(path, ForAll);
        string[] needed = [.. Directory.EnumerateFiles(TestGround.Doubles), Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll")];
        Assert.SkipUnless(
            CanAsync(["test", .. needed.SelectMany((file, index) => index is 0 ? ["-r", file] : new[] { "-a", "-r", file })]).GetAwaiter().GetResult(),
            "The source tree is in a folder that other users cannot look into.");
    }

    /// <summary>Skips the test where nobody can become another user.</summary>
    public static void RequireRights() => Assert.SkipWhen(Capabilities.MissingOf().Count > 0, "To be another user takes root's rights.");

    /// <summary>Runs a program as that user. True where it succeeds.</summary>
    public static async Task<bool> CanAsync(params IEnumerable<string> words)
    {
        string[] command = [.. Nobody.Command, .. words];
        return (await Tool.RunAsync(command[0], command[1..])).ExitCode is 0;
    }
}
