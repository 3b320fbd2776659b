using System.Text;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Commands;

/// <summary>
/// Reads an instance's log to its end and on, though it is emptied when it has grown too long, and put aside for the log
/// of the next instance.
/// </summary>
internal sealed class LogReader(InstanceLog log)
{
    private const int MostAtOnce = 1024 * 1024;

    private readonly StringBuilder _unfinished = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private (int, int, int, int)? _file;
    private long _position;

    public string Path => log.Path;

    /// <summary>The last lines, oldest first; <see cref="ReadOn"/> goes on behind them.</summary>
    public IReadOnlyList<string> Tail(int lines)
    {
        _position = new FileInfo(log.Path) is { Exists: true } file ? file.Length : 0;
        _file = Posix.IdentityOf(log.Path);
        return log.Tail(lines);
    }

    /// <summary>The lines that have been finished since.</summary>
    public IReadOnlyList<string> ReadOn()
    {
        try
        {
            using var file = new FileStream(log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var identity = Posix.IdentityOf(log.Path);
            if (file.Length < _position || identity != _file)
                _position = 0;
            _file = identity;
            file.Seek(_position, SeekOrigin.Begin);
            var bytes = new byte[Math.Min(file.Length - _position, MostAtOnce)];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            _position += read;

            var characters = new char[Encoding.UTF8.GetMaxCharCount(read)];
            _unfinished.Append(characters, 0, _decoder.GetChars(bytes, 0, read, characters, 0));
        }
        catch (IOException)
        {
            // Between two instances there is none for a moment.
            return [];
        }

        var lines = _unfinished.ToString().Split('\n');
        _unfinished.Clear().Append(lines[^1]);
        return [.. lines[..^1].Select(InstanceLog.Clean).Where(line => line.Length > 0)];
    }
}
