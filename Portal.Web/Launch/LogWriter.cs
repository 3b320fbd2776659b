using System.ComponentModel;
using System.Globalization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// The process that writes what comes through an instance's pipe to its log, within the limit. It does not need the portal to live,
/// and ends when nobody has the pipe open any more.
/// </summary>
internal static class LogWriter
{
    /// <summary>
    /// Constant; the pipe, the log and half of the limit come as arguments. <c>head</c> takes exactly what the log has room for and leaves
    /// the rest in the pipe, so nothing is lost when the files change. Opening a pipe to read waits for a writer, which may be
    /// gone: so it is opened for both at first. Of several writers of a pipe the first goes on. What a full disk does not take is read and
    /// dropped, as the instance would wait for ever else. It ends when another pipe has the name: another instance has the log.
    /// </summary>
    private const string Loop = """
        umask 077
        exec >/dev/null 2>&1 3<>"$1" <"$1" 3>&-
        flock --timeout 2 0
        [ $? -ne 1 ] || exit 0
        size=$(stat --format=%s "$2") || size=0
        while [ "$1" -ef /dev/stdin ]; do
            if [ "$size" -ge "$3" ]; then
                mv --force "$2" "$2.1" || rm --force "$2" || true >"$2"
                size=0
            fi
            before=$size
            if stdbuf --output=0 head --bytes=$(($3 - size)) >>"$2"; then
                size=$(stat --format=%s "$2") || size=0
                [ "$size" != "$before" ] || exit 0
            elif timeout 1 cat; then
                exit 0
            fi
        done
        """;

    /// <summary>
    /// Starts it as the portal's user, who alone gets at the logs, without the rights that a portal has whose apps run as another.
    /// </summary>
    /// <exception cref="IOException">The system does not start it.</exception>
    public static DirectProcess Start(InstanceLog log, App app)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["LC_ALL"] = "C" };
        if (Environment.GetEnvironmentVariable("PATH") is { } path)
            environment["PATH"] = path;
        IEnumerable<string> withoutRights = app.RunAs is null ? [] : ["setpriv", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--"];
        try
        {
            return DirectProcess.Start(ClosedCommand.Of(
                [
                    "env", "--default-signal", "setsid", .. withoutRights,
                    "/bin/sh", "-c", Loop, "log-writer", log.PipePath, log.Path, log.Half.ToString(CultureInfo.InvariantCulture),
                ],
                environment));
        }
        catch (Win32Exception e)
        {
            throw new IOException($"The log writer cannot be started: {(e.InnerException ?? e).Message}", e);
        }
    }
}
