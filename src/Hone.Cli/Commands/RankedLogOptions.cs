using System.CommandLine;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>The options that say which log is ranked, how it is read, and which checkpoints it ranks.</summary>
internal sealed class RankedLogOptions
{
    private readonly Argument<string> _log = new("RUN_OR_LOGS") { Description = "Run folder, folder of rollout files, or one file" };

    private readonly Option<string> _reading = new("--as")
    {
        Description = "paper (completions) or reference-code (prompts)", HelpName = "READING", DefaultValueFactory = _ => "paper",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = $"What wrote the log: {string.Join(", ", RolloutLog.Formats)} [default: recognised]", HelpName = "NAME",
    };

    private readonly Option<string[]> _field = CommonOptions.Field("reward=score");

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

    private readonly Func<IReadOnlyList<string>?, FieldMap> _fields;

    /// <summary>Adds the log itself to a command; the options follow with <see cref="AddRest"/>.</summary>
    /// <param name="command">The command that gets them.</param>
    /// <param name="fields">Reads --field; null for the fields that ranking reads.</param>
    public RankedLogOptions(Command command, Func<IReadOnlyList<string>?, FieldMap>? fields = null)
    {
        _fields = fields ?? CommandLine.RolloutFields;
        CommonOptions.OneOf(_reading, "paper", "reference-code");
        CommonOptions.OneOf(_format, [.. RolloutLog.Formats]);
        command.Arguments.Add(_log);
    }

    /// <summary>Adds the options.</summary>
    public void AddRest(Command command)
    {
        foreach (Option option in Rest)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>All but the log itself.</summary>
    public IReadOnlyList<Option> Rest => [_reading, _format, _field, _rewardWeight, _checkpoints, _skipInvalid];

    /// <summary>Where the log is.</summary>
    public string Path(ParseResult parsed) => parsed.GetRequiredValue(_log);

    /// <summary>Which reading of the method.</summary>
    public RankingReading Reading(ParseResult parsed) =>
        parsed.GetValue(_reading) == "paper" ? RankingReading.Paper : RankingReading.ReferenceCode;

    /// <summary>How the log is read.</summary>
    public LogOptions LogOptions(ParseResult parsed) => new()
    {
        Format = parsed.GetValue(_format),
        Fields = _fields(parsed.GetValue(_field)),
        RewardWeights = CommandLine.RewardWeights(parsed.GetValue(_rewardWeight)),
    };

    /// <summary>Whether rows without usable numbers are left out.</summary>
    public bool SkipsInvalid(ParseResult parsed) => parsed.GetValue(_skipInvalid);

    /// <summary>The checkpoints to rank.</summary>
    public CheckpointSearch Checkpoints(ParseResult parsed, RolloutLog records) =>
        RankedLog.Checkpoints(Path(parsed), parsed.GetValue(_checkpoints), records.Format);

    /// <summary>The validation metric that lies beside the log; null for none.</summary>
    public StepMetric? Validation(CommandContext context, ParseResult parsed, CheckpointSearch search)
    {
        try
        {
            return StepMetric.Beside(Path(parsed), [.. search.Found.Select(checkpoint => checkpoint.Folder)]);
        }
        catch (InvalidDataException error)
        {
            // A file that nobody named is no reason to refuse a ranking.
            context.Warn($"no validation metric: {error.Message}");
            return null;
        }
    }

    /// <summary>Checkpoints whose folders the run itself has deleted; none where the user says which to rank.</summary>
    public IReadOnlyList<Checkpoint> Deleted(ParseResult parsed, CheckpointSearch search) =>
        parsed.GetValue(_checkpoints) is null ? DeletedCheckpoint.GoneOf(Path(parsed), search.Found) : [];

    /// <summary>The checkpoints whose windows the log covers, once it holds the numbers to rank by. A refusal comes with what the
    /// log said against itself, for that is often its reason.</summary>
    public LogCoverage Cover(
        CommandContext context, ParseResult parsed, RolloutLog log, CheckpointSearch search, RankingOptions options, bool windowGiven,
        IReadOnlyList<Checkpoint>? deleted = null)
    {
        LogCoverage coverage;
        try
        {
            RankedLog.CheckRows(Path(parsed), log, options, SkipsInvalid(parsed));
            IReadOnlyList<Checkpoint> all = [.. search.Found.Concat(deleted ?? []).OrderBy(checkpoint => checkpoint.Step)];
            coverage = LogCoverage.Of(Path(parsed), log, all, options, windowGiven);
        }
        catch (InvalidDataException)
        {
            LogOutput.PrintFindings(context, log);
            throw;
        }

        string[] holders = [.. search.Found.Select(checkpoint => checkpoint.Holder).Distinct()];
        if (holders[0].Length > 0)
        {
            context.Say($"checkpoints: {search.Found.Count} in {string.Join(", ", holders)}");
        }

        foreach (string reason in search.LeftOut)
        {
            context.Warn($"{reason}");
        }

        return coverage;
    }
}
