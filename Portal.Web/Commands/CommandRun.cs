using System.CommandLine;
using System.Globalization;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Hosting;
using Portal.Web.Launch;

namespace Portal.Web.Commands;

/// <summary>One command at work: the portal's own services with its configuration, none of them started.</summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private const int LongestName = 60;

    private readonly ServiceProvider _services;

    private CommandRun(IReadOnlyList<string> configuration, ParseResult parsed)
    {
        var builder = PortalHost.CreateBare([.. configuration]);
        Configuration = builder.Configuration;
        Paths = new PortalPaths(Configuration);

        // What is printed is the answer; warnings go where errors do.
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter<Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        builder.Services.AddSingleton(Paths);
        builder.Services.AddPortalData(Paths.ConnectionString);
        builder.Services.AddAccess();
        builder.Services.AddLaunch();
        builder.Services.AddLocalization();
        _services = builder.Services.BuildServiceProvider();
        Parsed = parsed;
        Output = new CommandOutput(
            parsed.GetValue(Json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
    }

    /// <summary>Of every command.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON, for programs", Recursive = true };

    public ConfigurationManager Configuration { get; }

    public PortalPaths Paths { get; }

    public ParseResult Parsed { get; }

    public CommandOutput Output { get; }

    public TimeProvider Time => Service<TimeProvider>();

    /// <summary>Who is at the keyboard: behind sudo(8) the one who called it.</summary>
    public static Actor Actor { get; } = new($"command line ({NameOfUser()})");

    /// <summary>Lets a command do its work with a run of its own.</summary>
    public static void Do(Command command, IReadOnlyList<string> configuration, Func<CommandRun, CancellationToken, Task<int>> work) =>
        Do(command, configuration, isExamination: false, work);

    /// <summary>The same.</summary>
    /// <param name="isExamination">Whether it goes on where the configuration has mistakes.</param>
    public static void Do(
        Command command, IReadOnlyList<string> configuration, bool isExamination, Func<CommandRun, CancellationToken, Task<int>> work) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // English, as the help is; dates and numbers as programs write them.
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
            await using var run = new CommandRun(configuration, parsed);
            if (!isExamination)
                run.Service<SettingsCheck>().RequireReadable();
            return await work(run, cancellationToken);
        });

    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public string Say(DateTimeOffset moment) => CommandOutput.Say(moment, Time.LocalTimeZone);

    /// <summary>
    /// The folder is there and of this user: whoever else writes into it, root above all, leaves files behind that the
    /// portal cannot read.
    /// </summary>
    /// <exception cref="CommandFailure">It is not.</exception>
    public void RequireFolder()
    {
        if (DataFolder.WhyUnfit(Paths.Data) is { } why)
            throw new CommandFailure(why);
    }

    /// <summary>The database as the portal would have it: made or brought up to date, or as the portal that runs has it.</summary>
    /// <exception cref="CommandFailure">It cannot be used by this program now.</exception>
    /// <exception cref="PortalDatabaseException">It cannot be used.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        RequireFolder();
        if (RunningPortal.Find(Paths) is { } portal)
        {
            var pending = await PortalDatabase.PendingAsync(Paths.ConnectionString, cancellationToken)
                ?? throw new CommandFailure("The database of the portal that runs is not in its place. Put it back; do not restart the portal before.");
            if (pending.Count > 0)
            {
                throw new CommandFailure(string.Create(CultureInfo.InvariantCulture,
                    $"The portal that runs, process {portal}, is of an older version than this program. Restart it first."));
            }

            return;
        }

        await PortalDatabase.PrepareAsync(
            Paths.ConnectionString, Service<ILogger<CommandRun>>(), Time, dataFolder: Paths.Data, cancellationToken: cancellationToken);
        await Service<RegistryBootstrap>().FillAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static string NameOfUser()
    {
        var name = Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 and <= LongestName } caller ? caller : Environment.UserName;
        return PlainText.Line(name);
    }
}
