using System.Globalization;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>To the kernel a forked instance is what one started directly is; and neither is given anything of the portal's.</summary>
public sealed class SameProcessTests
{
    private static readonly string[] Status =
        ["Umask", "Uid", "Gid", "Groups", "NSsid", "SigPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
            "NoNewPrivs", "Seccomp", "THP_enabled", "Cpus_allowed_list", "Mems_allowed_list", "CoreDumping"];

    private static readonly string[] Files =
        ["limits", "oom_score_adj", "coredump_filter", "timerslack_ns", "loginuid", "personality", "cgroup"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_kernel_sees_no_difference()
    {
        var direct = await DescribeAsync(LaunchMode.Direct);
        var forked = await DescribeAsync(LaunchMode.Prefork);

        Assert.Equal(direct, forked);
    }

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task A_secret_of_the_portal_reaches_neither_question_nor_spawner_nor_instance(string launchMode)
    {
        var mode = Enum.Parse<LaunchMode>(launchMode);
        const string Secret = "Password=of-same-process";
        Environment.SetEnvironmentVariable("ConnectionStrings__OfSameProcess", Secret);
        await using var prefork = new PreforkUnderTest(mode);
        AddMain(prefork);
        prefork.Streamlit.Script("import os\nprint(dict(os.environ), flush=True)\nimport signal\nwhile True: signal.pause()");
        var (python, seen) = (prefork.Ground.PathOf("python"), prefork.Ground.PathOf("environments"));
        await File.WriteAllTextAsync(python, $"#!/bin/sh\necho \"asked $*\" >>'{seen}'\nenv >>'{seen}'\nexec {StandInStreamlit.Python} \"$@\"\n", Cancelled);
        File.SetUnixFileMode(python, (UnixFileMode)0b111_000_000);

        var started = await prefork.TryStartAsync(prefork.Streamlit.App with { Python = python });

        Assert.True(started.Process is not null, started.Problem);
        var log = prefork.Ground.PathOf("1.log");
        await Eventually.TrueAsync(() => File.ReadAllText(log).Count(one => one is '\n') > 1);
        var all = await File.ReadAllTextAsync(seen, Cancelled);
        Assert.Equal(mode is LaunchMode.Direct ? 1 : 2, all.Split("asked ").Length - 1); // the question, then the spawner
        Assert.DoesNotContain(Secret, all, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(log, Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, await File.ReadAllTextAsync($"/proc/{started.Process.Id}/environ", Cancelled), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> DescribeAsync(LaunchMode mode)
    {
        await using var prefork = new PreforkUnderTest(mode);
        AddMain(prefork);
        var started = await prefork.TryStartAsync();
        Assert.True(started.Process is not null, started.Problem);
        var log = prefork.Ground.PathOf("1.log");
        await Eventually.TrueAsync(() => File.ReadAllText(log).Contains('\n', StringComparison.Ordinal));
        var mark = prefork.Mark.ToString(CultureInfo.InvariantCulture);
        return [.. Describe(started.Process.Id).Select(line => line.Replace(mark, "the mark of its own", StringComparison.Ordinal))];
    }

    private static IEnumerable<string> Describe(int id)
    {
        // proc(5): after the name state, parent, group, session, terminal, …, priority (18), nice (19), …, policy (41).
        string[] stat = File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].Split(' ');
        var itself = id.ToString(CultureInfo.InvariantCulture);
        yield return $"group {stat[2].Equals(itself, StringComparison.Ordinal)}, session {stat[3].Equals(itself, StringComparison.Ordinal)}, terminal {stat[4]}";
        yield return $"priority {stat[15]}, nice {stat[16]}, policy {stat[38]}";
        foreach (var line in File.ReadLines($"/proc/{id}/status").Where(line => Status.Contains(line.Split(':')[0], StringComparer.Ordinal)))
            yield return line.StartsWith("NSsid", StringComparison.Ordinal) ? "" : WithoutOwnSignals(line);
        foreach (var file in Files.Where(file => File.Exists($"/proc/{id}/{file}")))
            yield return $"{file}: {Read($"/proc/{id}/{file}")}";
    }

    /// <summary>Leaves out signals 32 and 33: the C library catches them once a process has had a second thread.</summary>
    private static string WithoutOwnSignals(string line) => !line.StartsWith("SigCgt", StringComparison.Ordinal)
        ? line
        : string.Create(CultureInfo.InvariantCulture, $"SigCgt {Convert.ToUInt64(line.Split('\t')[1], 16) & ~(3UL << 31):x}");

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }

    private static void AddMain(PreforkUnderTest prefork) =>
        prefork.Streamlit.Write("streamlit/__main__.py", "from streamlit.web import cli\ncli.main(prog_name='streamlit')");
}
