using System.ComponentModel;
using System.Globalization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>Starts <c>python -m streamlit run</c> anew for each instance. Works with every Streamlit.</summary>
internal sealed class DirectStarter : IInstanceStarter
{
    public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        if (StreamlitCommand.MissingFor(request.App) is { } missing)
            return Task.FromResult(StartResult.Refused(missing));

        try
        {
            var command = StreamlitCommand.Detached(
                request.App, request.LogFile,
                [.. Limiting(request), .. StreamlitCommand.Interpreter(request.App, request.Mark, ["-m", "streamlit", .. StreamlitCommand.Arguments(request)])]);
            return Task.FromResult(StartResult.Started(DirectProcess.Start(command)));
        }
        catch (Win32Exception e)
        {
            return Task.FromResult(StartResult.Refused($"The system does not start a process: {(e.InnerException ?? e).Message}"));
        }
    }

    /// <summary>prlimit(1), which becomes the command that follows; all but the mark, which the interpreter has with it.</summary>
    private static IEnumerable<string> Limiting(StartRequest request)
    {
        var limits = request.Limits.Where(limit => limit.Key is not AppMark.LimitName)
            .Select(limit => string.Create(CultureInfo.InvariantCulture, $"--{limit.Key.ToLowerInvariant()}={limit.Value}")).ToList();
        return limits.Count is 0 ? [] : limits.Prepend("prlimit");
    }
}
