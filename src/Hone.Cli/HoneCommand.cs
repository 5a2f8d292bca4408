using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using Hone.Cli.Commands;
using Hone.Records;

namespace Hone.Cli;

/// <summary>The `hone` command: its table of commands, its exit codes, and the one place where errors are printed.</summary>
internal static class HoneCommand
{
    /// <summary>Exit code of a run that Ctrl-C ended before its last step: what a shell reports of a program that it ended.</summary>
    public const int Interrupted = 130;

    private const int Failed = 1;
    private const int BadUsage = 2;
    private const int BadInput = 3;

    private static readonly NamedCommand[] Commands =
    [
        new("quickstart", QuickstartCommand.Create),
        new("data", DataCommand.Create),
        new("score", ScoreCommand.Create),
        new("select", SelectCommand.Create),
        new("sft", SftCommand.Create),
        new("train", TrainCommand.Create),
        new("merge", MergeCommand.Create),
        new("rank", RankCommand.Create),
        new("sweep", SweepCommand.Create),
        new("report", ReportCommand.Create),
        new("compare", CompareCommand.Create),
        new("eval", EvalCommand.Create),
        new("generate", GenerateCommand.Create),
        new("serve", ServeCommand.Create),
        new("serve-rewards", ServeRewardsCommand.Create),
        new("watch", WatchCommand.Create),
        new("verify", VerifyCommand.Create),
        new("bench", BenchCommand.Create),
        new("doctor", DoctorCommand.Create),
    ];

    /// <summary>Parses and runs; returns 0 done, 1 failed, 2 bad usage or configuration, 3 bad input data, 130 a run that was asked to stop.</summary>
    public static int Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        // Numbers on the command line and in every message have a point, whatever the machine's language.
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return RunInvariant(arguments, context);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>The whole command line.</summary>
    public static RootCommand Create(CommandContext context) => Create(context, Commands);

    private static RootCommand Create(CommandContext context, NamedCommand[] commands)
    {
        var quiet = new Option<bool>("--quiet") { Description = "No progress and no remarks on stderr", Recursive = true };
        var root = new RootCommand("Uncertainty-guided reinforcement fine-tuning of language models.");
        foreach (NamedCommand command in commands)
        {
            root.Subcommands.Add(command.Create(context));
        }

        HelpWithExamples.Add(root, "hone quickstart", "hone score --help");
        root.Options.Add(quiet);
        quiet.Validators.Add(result => context.Quiet = result.GetValueOrDefault<bool>());
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction inner } help)
            {
                inner.MaxWidth = HelpWithExamples.Width;
                help.Action = new HelpWithExamples(inner);
            }
        }

        return root;
    }

    private static int RunInvariant(IReadOnlyList<string> arguments, CommandContext context)
    {
        // To build all commands takes as long as to rank a small log, so that one that is named first is built alone.
        NamedCommand? named = Array.Find(Commands, command => arguments.Count > 0 && command.Name == arguments[0]);
        RootCommand root = Create(context, named is null ? Commands : [named]);
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is not HelpWithExamples and not HelpAction && parsed.Errors.Count > 0)
        {
            UsageErrors.Print(parsed, context.Error);
            return BadUsage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = context.Output, Error = context.Error, EnableDefaultExceptionHandler = false,
            });
        }
        catch (UsageException error)
        {
            return Report(context, error, BadUsage);
        }
        catch (Exception error) when (error is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            return Report(context, error, BadInput);
        }
        catch (OperationCanceledException)
        {
            context.Error.WriteLine("error: stopped before the end. Hint: what was written so far is whole; run the command again.");
            return Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or StoppedException || FreeSpace.RanOut(error))
        {
            return Report(context, error, Failed);
        }
    }

    private static int Report(CommandContext context, Exception error, int code)
    {
        foreach (string line in error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // Only the system's own messages, such as that of a full disk, come without a hint.
            string message = line.TrimEnd('\r');
            string hint = message.Contains("Hint:", StringComparison.Ordinal) ? "" : " Hint: check the path, its permissions and the free space.";
            context.Error.WriteLine("error: " + message + hint);
        }

        return code;
    }

    private sealed record NamedCommand(string Name, Func<CommandContext, Command> Create);
}
