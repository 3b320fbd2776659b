using System.Text;
using System.Threading.Channels;
using CliWrap;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>A program that a test talks to while it runs, and that is killed with the test.</summary>
internal sealed class RunningCommand : IDisposable
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _output = new(), _errors = new();
    private readonly CommandTask<CommandResult> _command;
    private readonly ProcessIdentity _identity;

    public RunningCommand(IReadOnlyList<string> words)
        : this(Cli.Wrap(words[0]).WithArguments(words.Skip(1)))
    {
    }

    public RunningCommand(Command command)
    {
        InheritedFiles.Close();
        var output = PipeTarget.Merge(PipeTarget.ToStringBuilder(_output), PipeTarget.ToDelegate(line => _lines.Writer.TryWrite(line)));
        _command = command.WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(output).WithStandardErrorPipe(PipeTarget.ToStringBuilder(_errors))
            .ExecuteAsync(CancellationToken.None);
        _identity = ProcessIdentity.Of(Id) ?? ProcessIdentity.Gone(Id);
        Ended = EndAsync();
    }

    public int Id => _command.ProcessId;

    public bool HasEnded => !_identity.IsAlive;

    /// <summary>All that it wrote, once it has ended.</summary>
    public Task<string> Output => TextAsync(_output);

    /// <inheritdoc cref="Output"/>
    public Task<string> Errors => TextAsync(_errors);

    private Task<int> Ended { get; }

    /// <summary>Its next line; null where there is none any more.</summary>
    public async Task<string?> LineAsync(TimeSpan? within = null)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var isThere = await _lines.Reader.WaitToReadAsync(cancelled).AsTask().WaitAsync(within ?? Eventually.Limit, TimeProvider.System, cancelled);
        return isThere && _lines.Reader.TryRead(out var line) ? line : null;
    }

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public Task<int> ExitCodeAsync(TimeSpan? within = null) =>
        Ended.WaitAsync(within ?? Eventually.Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Ends it without a word (SIGKILL), and nothing but it.</summary>
    public void Kill()
    {
        if (_identity.IsAlive)
            Posix.Signal(Id, Posix.SigKill);
        SpinWait.SpinUntil(() => HasEnded);
    }

    public void Dispose() => Kill();

    private async Task<int> EndAsync()
    {
        var result = await _command.Task;
        _lines.Writer.Complete();
        return result.ExitCode;
    }

    private async Task<string> TextAsync(StringBuilder text)
    {
        await Ended;
        return text.ToString();
    }
}
