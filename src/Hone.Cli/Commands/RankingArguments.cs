using System.CommandLine;
using System.Globalization;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>The argument and options of a command that ranks the checkpoints of a log, and the ranking they ask for.</summary>
internal sealed class RankingArguments
{
    private readonly Argument<string> _log = new("RUN_OR_LOGS") { Description = "Run folder, folder of rollout files, or one file" };
    private readonly Option<double> _hardest = new("--hardest")
    {
        Description = "Share of a window that counts as hard, in percent; 3 for weak models, 10 for stronger ones",
        HelpName = "P", DefaultValueFactory = _ => 3.0,
    };
    private readonly Option<int> _window = new("--window")
    {
        Description = "Steps that a window reaches back [default: 100, or as far as the log goes]", HelpName = "D",
    };
    private readonly Option<string> _reading = new("--as")
    {
        Description = "paper (completions) or reference-code (prompts)", HelpName = "READING", DefaultValueFactory = _ => "paper",
    };
    private readonly Option<string[]> _field = CommonOptions.Field("reward=score");
    private readonly Option<string> _format = new("--format")
    {
        Description = $"What wrote the log: {string.Join(", ", RolloutLog.Formats)} [default: recognised]", HelpName = "NAME",
    };
    private readonly Option<string[]> _rewardWeight = new("--reward-weight")
    {
        Description = "Weight of a reward column in logs with several (trl, ms-swift) [default: 1]; may be repeated",
        HelpName = "NAME=W",
        Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [],
    };
    private readonly Option<string> _checkpoints = new("--checkpoints")
    {
        Description = "Folder of checkpoints, or steps, where the log stands alone", HelpName = "DIR_OR_STEPS",
    };
    private readonly Option<bool> _skipInvalid = new("--skip-invalid")
    {
        Description = "Leave out records without a usable log-probability or reward instead of stopping",
    };
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Func<IReadOnlyList<string>?, FieldMap> _fields;

    /// <param name="command">The command that gets them.</param>
    /// <param name="fields">Reads --field.</param>
    public RankingArguments(Command command, Func<IReadOnlyList<string>?, FieldMap> fields)
    {
        _fields = fields;
        CommonOptions.OneOf(_reading, "paper", "reference-code");
        CommonOptions.OneOf(_format, [.. RolloutLog.Formats]);
        command.Arguments.Add(_log);
        foreach (Option option in (Option[])[_hardest, _window, _reading, _format, _field, _rewardWeight, _checkpoints, _skipInvalid, _seed])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The run folder or log.</summary>
    public string Path(ParseResult parsed) => parsed.GetRequiredValue(_log);

    /// <summary>The seed of every random choice.</summary>
    public ulong Seed(ParseResult parsed) => (ulong)parsed.GetValue(_seed);

    /// <summary>How the log is read.</summary>
    public LogOptions LogOptions(ParseResult parsed) => new()
    {
        Format = parsed.GetValue(_format),
        Fields = _fields(parsed.GetValue(_field)),
        RewardWeights = CommandLine.RewardWeights(parsed.GetValue(_rewardWeight)),
    };

    /// <summary>Reads the log and ranks its checkpoints, and says on stderr what it was read as.</summary>
    /// <param name="context">Where to say it.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="found">Looks at the checkpoints that were found, before the ranking.</param>
    public RankedRun Rank(CommandContext context, ParseResult parsed, Action<CheckpointSearch>? found = null)
    {
        string path = Path(parsed);
        RankingOptions options = RankingOptions(parsed, out bool windowGiven);
        RolloutLog records = RolloutLog.Read(path, LogOptions(parsed));
        LogOutput.Print(context, records);
        CheckpointSearch search = RankedLog.Checkpoints(path, parsed.GetValue(_checkpoints), records.Format);
        found?.Invoke(search);
        LogCoverage coverage = Cover(context, path, records, search.Found, options, windowGiven, parsed.GetValue(_skipInvalid));
        string[] holders = [.. search.Found.Select(checkpoint => checkpoint.Holder).Distinct()];
        if (holders[0].Length > 0)
        {
            context.Say($"checkpoints: {search.Found.Count} in {string.Join(", ", holders)}");
        }

        foreach (string reason in search.LeftOut)
        {
            context.Warn($"{reason}");
        }

        RankingResult result = LogOutput.WithFindings(
            RankedLog.Rank(records, coverage.Covered, options, Seed(parsed)), records.Findings, coverage.Warnings);
        return new RankedRun(records, coverage.Covered, options, result);
    }

    /// <summary>The options that were given, as they may be given again; the numbers of p and delta always.</summary>
    public IReadOnlyList<string> Again(ParseResult parsed)
    {
        RankingOptions options = RankingOptions(parsed, out bool windowGiven);
        List<string> again = ["--hardest", options.HardestPercent.ToString(CultureInfo.InvariantCulture)];
        foreach (Option option in (Option[])[_window, _reading, _format, _field, _rewardWeight, _checkpoints, _skipInvalid, _seed])
        {
            if (parsed.GetResult(option) is { Implicit: false } result)
            {
                again.AddRange(result.Tokens.Count == 0 ? [option.Name] : result.Tokens.SelectMany(token => (string[])[option.Name, token.Value]));
            }
        }

        return again;
    }

    private RankingOptions RankingOptions(ParseResult parsed, out bool windowGiven)
    {
        double percent = parsed.GetValue(_hardest);
        windowGiven = parsed.GetResult(_window) is { Implicit: false };
        int reach = windowGiven ? parsed.GetValue(_window) : new RankingOptions().WindowSteps;
        CheckRanges(percent, reach);
        return new RankingOptions
        {
            HardestPercent = percent,
            WindowSteps = reach,
            Reading = parsed.GetValue(_reading) == "paper" ? RankingReading.Paper : RankingReading.ReferenceCode,
        };
    }

    // A refusal comes with what the log said against itself, for that is often its reason.
    private static LogCoverage Cover(
        CommandContext context, string path, RolloutLog log, IReadOnlyList<Checkpoint> checkpoints, RankingOptions options,
        bool windowGiven, bool skipInvalid)
    {
        try
        {
            RankedLog.CheckRows(path, log, options.Reading, skipInvalid);
            return LogCoverage.Of(path, log, checkpoints, options, windowGiven);
        }
        catch (InvalidDataException)
        {
            LogOutput.PrintFindings(context, log);
            throw;
        }
    }

    private static void CheckRanges(double percent, int window)
    {
        if (!(percent > 0 && percent <= 100))
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--hardest {percent}: expected above 0, at most 100. Hint: the paper uses 3 to 10."));
        }

        if (window < 1)
        {
            throw new UsageException($"--window {window}: expected 1 or more steps. Hint: the checkpoint interval is a good choice.");
        }
    }
}
