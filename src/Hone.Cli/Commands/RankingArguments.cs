using System.CommandLine;
using System.Globalization;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>The argument and options of a command that ranks the checkpoints of a log, and the ranking they ask for.</summary>
internal sealed class RankingArguments
{
    private readonly Option<double> _hardest = new("--hardest")
    {
        Description = "Share of a window that counts as hard, in percent; 3 for weak models, 10 for stronger ones",
        HelpName = "P", DefaultValueFactory = _ => 3.0,
    };

    private readonly Option<int> _window = new("--window")
    {
        Description = "Steps that a window reaches back [default: 100, or as far as the log goes]", HelpName = "D",
    };

    private readonly Option<string> _by = new("--by")
    {
        Description = $"Uncertainty: {string.Join(", ", UncertaintyMeasures.Names)}; all compares those that the log has "
            + "[default: anll; with reference-code: reference where the log has it]",
        HelpName = "MEASURE",
    };

    private readonly Option<string> _evals = new("--evals")
    {
        Description = "Held-out values by step, to compare the pick with [default: what lies beside the log]", HelpName = "FILE",
    };

    private readonly RankedLogOptions _source;
    private readonly Option<long> _seed = CommonOptions.Seed();

    /// <param name="command">The command that gets them.</param>
    /// <param name="fields">Reads --field; null for the fields that ranking reads.</param>
    public RankingArguments(Command command, Func<IReadOnlyList<string>?, FieldMap>? fields = null)
    {
        CommonOptions.OneOf(_by, [.. UncertaintyMeasures.Names, MeasuredRanking.AllName]);
        _source = new RankedLogOptions(command, fields);
        command.Options.Add(_hardest);
        command.Options.Add(_window);
        command.Options.Add(_by);
        _source.AddRest(command);
        command.Options.Add(_evals);
        command.Options.Add(_seed);
    }

    /// <summary>The run folder or log.</summary>
    public string Path(ParseResult parsed) => _source.Path(parsed);

    /// <summary>The seed of every random choice.</summary>
    public ulong Seed(ParseResult parsed) => (ulong)parsed.GetValue(_seed);

    /// <summary>How the log is read.</summary>
    public LogOptions LogOptions(ParseResult parsed) => _source.LogOptions(parsed);

    /// <summary>Reads the log and ranks its checkpoints, and says on stderr what it was read as.</summary>
    /// <param name="context">Where to say it.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="found">Looks at the checkpoints that were found, before the ranking.</param>
    public RankedRun Rank(CommandContext context, ParseResult parsed, Action<CheckpointSearch>? found = null)
    {
        MeasuredRanking measured = MeasuredRanking.Of(parsed.GetValue(_by));
        RankingOptions options = Options(parsed, measured, out bool windowGiven);
        StepMetric? given = parsed.GetValue(_evals) is { } evals ? StepMetric.Read(evals) : null;
        RolloutLog records = measured.Read(Path(parsed), LogOptions(parsed));
        LogOutput.Print(context, records);
        CheckpointSearch search = _source.Checkpoints(parsed, records);
        found?.Invoke(search);
        IReadOnlyList<Checkpoint> deleted = _source.Deleted(parsed, search);
        LogCoverage coverage = _source.Cover(context, parsed, records, search, options, windowGiven, deleted);
        RankedRun ranked = RankedRun.Of(records, coverage, options, Seed(parsed), deleted)
            .WithHeldOut(_source.Validation(context, parsed, search), given);
        RankedRun run = ranked with
        {
            Measures = measured.Compare(
                records, coverage.Covered, options, ranked.Result, _source.SkipsInvalid(parsed), Seed(parsed)),
        };
        if (given is not null && run.Comparison is null)
        {
            context.Warn($"{given.Path}: has no value for a ranked checkpoint; its steps are {string.Join(", ", given.Values.Keys.Take(5))}");
        }

        return run;
    }

    /// <summary>The options that were given, as they may be given again; the numbers of p and delta always.</summary>
    public IReadOnlyList<string> Again(ParseResult parsed)
    {
        List<string> again = ["--hardest", parsed.GetValue(_hardest).ToString(CultureInfo.InvariantCulture)];
        foreach (Option option in (Option[])[_window, _by, .. _source.Rest, _evals, _seed])
        {
            if (parsed.GetResult(option) is { Implicit: false } result)
            {
                again.AddRange(result.Tokens.Count == 0 ? [option.Name] : result.Tokens.SelectMany(token => (string[])[option.Name, token.Value]));
            }
        }

        return again;
    }

    private RankingOptions Options(ParseResult parsed, MeasuredRanking measured, out bool windowGiven)
    {
        double percent = parsed.GetValue(_hardest);
        windowGiven = parsed.GetResult(_window) is { Implicit: false };
        int reach = windowGiven ? parsed.GetValue(_window) : new RankingOptions().WindowSteps;
        CheckRanges(percent, reach);
        return new RankingOptions
        {
            Measure = measured.Measure?.Name(),
            HardestPercent = percent,
            WindowSteps = reach,
            Reading = _source.Reading(parsed),
        };
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
