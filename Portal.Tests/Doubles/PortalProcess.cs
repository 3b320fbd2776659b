using System.Diagnostics;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>A portal in a process of its own, which a test can kill.</summary>
internal sealed class PortalProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="under">A command that becomes the portal, such as prlimit(1).</param>
    public PortalProcess(IEnumerable<string> arguments, params IEnumerable<string> under)
    {
        string[] words = [.. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"), .. arguments];
        var command = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(command) ?? throw new UnreachableException("A new process is always one.");
        Output = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public Task<string> Output { get; }

    public Task<string> Errors { get; }

    /// <summary>Whether a portal answers whoever may ask for its health.</summary>
    public static async Task<bool> IsUpAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Eventually.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, as a service manager does, and waits for it.</summary>
    public Task<int> StopAsync()
    {
        Posix.Signal(Id, Posix.SigTerm);
        return ExitCodeAsync();
    }

    /// <summary>Ends it without a word (SIGKILL), and nothing but it.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
