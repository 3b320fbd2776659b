using System.Diagnostics;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>A portal in a process of its own, which a test can kill.</summary>
internal sealed class PortalProcess : IDisposable
{
    private readonly Process _process;

    public PortalProcess(IEnumerable<string> arguments)
        : this([], arguments)
    {
    }

    /// <param name="before">Words before its own, of a command that becomes it.</param>
    public PortalProcess(IEnumerable<string> before, IEnumerable<string> arguments)
    {
        string[] words = [.. before, "dotnet", Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"), .. arguments];
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

    public Task<string> Output { get; }

    public Task<string> Errors { get; }

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Eventually.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
        return _process.ExitCode;
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
