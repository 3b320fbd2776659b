using System.Text;
using Portal.Web;
using Portal.Web.Launch.Processes;

namespace Portal.Tests.Doubles;

/// <summary>
/// A folder, ports and a mark of a test's own. The apps carry the mark in their environment, so that in the end no
/// process of them can be left unnoticed, whatever session or group it has moved to.
/// </summary>
internal sealed class TestGround : IAsyncDisposable
{
    public const string MarkName = "PORTAL_TEST";

    public TestGround() => File.WriteAllText(Script, "");

    /// <summary>Where the stub is.</summary>
    public static string Doubles { get; } = Path.Combine(PortalPaths.Root, "Portal.Tests", "Doubles");

    public string Folder { get; } = Directory.CreateTempSubdirectory("portal-test-").FullName;

    public string Mark { get; } = Guid.NewGuid().ToString("N");

    public PortBlock Ports { get; } = new();

    public string Script => Path.Combine(Folder, "main.py");

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>The processes of the apps that run now; those that only wait to be buried have no environment.</summary>
    public IReadOnlyList<int> Processes() => [.. ProcessTable.All().Where(HasMark)];

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Eventually.TrueAsync(() => Processes().Count is 0);
        }
        finally
        {
            foreach (var process in Processes())
                Posix.Signal(process, Posix.SigKill);
            Ports.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private bool HasMark(int processId)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{processId}/environ").AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{MarkName}={Mark}")) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
