using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>A portal in a process of its own, which a test can kill.</summary>
internal sealed class PortalProcess : IDisposable
{
    private readonly RunningCommand _process;

    /// <param name="under">A command that becomes the portal, such as prlimit(1).</param>
    public PortalProcess(IEnumerable<string> arguments, params IEnumerable<string> under) => _process =
        new RunningCommand([.. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"), .. arguments]);

    public int Id => _process.Id;

    public bool HasEnded => _process.HasEnded;

    public Task<string> Output => _process.Output;

    public Task<string> Errors => _process.Errors;

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
    public Task<int> ExitCodeAsync() => _process.ExitCodeAsync();

    /// <summary>Asks it to end, as a service manager does, and waits for it.</summary>
    public Task<int> StopAsync()
    {
        Posix.Signal(Id, Posix.SigTerm);
        return ExitCodeAsync();
    }

    /// <summary>Ends it without a word (SIGKILL), and nothing but it.</summary>
    public void Kill() => _process.Kill();

    public void Dispose() => _process.Dispose();
}
