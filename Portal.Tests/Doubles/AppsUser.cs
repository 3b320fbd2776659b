using System.Diagnostics;
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
        Assert.SkipUnless(
            Directory.EnumerateFiles(TestGround.Doubles).Append(Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll")).All(MayRead),
            "The source tree is in a folder that other users cannot look into.");
    }

    /// <summary>Skips the test where nobody can become another user.</summary>
    public static void RequireRights() => Assert.SkipWhen(Capabilities.MissingOf().Count > 0, "To be another user takes root's rights.");

    /// <summary>A program as that user, with what it has to say.</summary>
    public static Process Start(params IEnumerable<string> words) => Start(Nobody, words);

    /// <inheritdoc cref="Start(IEnumerable{string})"/>
    public static Process Start(SystemUser user, params IEnumerable<string> words)
    {
        string[] command = [.. user.Command, .. words];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new UnreachableException("A new process is always one.");
    }

    private static bool MayRead(string file)
    {
        using var process = Start("test", "-r", file);
        process.WaitForExit();
        return process.ExitCode is 0;
    }
}
