using System.CommandLine;
using System.Globalization;
using Hone.Cli.Output;
using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>`hone sweep`: whether p and delta matter for this log, and which to use.</summary>
internal static class SweepCommand
{
    public static Command Create(CommandContext context)
    {
        var hardest = new Option<string>("--hardest")
        {
            Description = $"Percents to try [default: {string.Join(',', SweepOptions.DefaultPercents)}]", HelpName = "P,P,...",
        };
        var window = new Option<string>("--window")
        {
            Description = "Windows to try, in steps [default: 10,25,50,100,200 and the checkpoint interval, as far as they fit]",
            HelpName = "D,D,...",
        };
        var by = new Option<string>("--by")
        {
            Description = $"Uncertainty: {string.Join(", ", UncertaintyMeasures.Names)} "
                + "[default: anll; with reference-code: reference where the log has it]",
            HelpName = "MEASURE",
        };
        CommonOptions.OneOf(by, [.. UncertaintyMeasures.Names]);
        var evals = new Option<string?>("--evals")
        {
            Description = "Held-out results to set beside the grid, never to choose by: JSON Lines with step and value [default: the run's]",
            HelpName = "FILE",
        };
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("sweep", "Rank checkpoints over a grid of hardest percents and windows, and say whether the choice matters")
        {
            hardest, window, by,
        };
        var source = new RankedLogOptions(command);
        command.Options.Add(evals);
        source.AddRest(command);
        command.Options.Add(seed);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            IReadOnlyList<double> percents = Percents(parsed.GetValue(hardest));
            IReadOnlyList<int>? windows = Windows(parsed.GetValue(window));
            StepMetric? given = parsed.GetValue(evals) is { } file ? StepMetric.Read(file) : null;
            MeasuredRanking measured = MeasuredRanking.Of(parsed.GetValue(by));
            RolloutLog records = measured.Read(source.Path(parsed), source.LogOptions(parsed));
            LogOutput.Print(context, records);
            CheckpointSearch search = source.Checkpoints(parsed, records);
            IReadOnlyList<Checkpoint> deleted = source.Deleted(parsed, search);
            StepMetric? held = given ?? source.Validation(context, parsed, search);
            windows ??= SweepGrid.Windows([.. search.Found.Concat(deleted).Select(checkpoint => checkpoint.Step)], records.FirstStep);
            var options = new SweepOptions
            {
                HardestPercents = percents, WindowSteps = windows, Reading = source.Reading(parsed),
            };

            // All cells rank the same checkpoints: those that the widest window finds rollouts for.
            var widest = new RankingOptions
            {
                WindowSteps = windows.Max(), Reading = options.Reading, Measure = measured.Measure?.Name(),
            };
            LogCoverage coverage = source.Cover(context, parsed, records, search, widest, windowGiven: false, deleted);
            SweepResult result = CheckpointSweep.Run(
                RankedLog.Scores(records, widest), [.. coverage.Covered.Select(checkpoint => checkpoint.Step)], options,
                (ulong)parsed.GetValue(seed));
            var sweep = new SweptRun(
                records, coverage, widest, deleted, result, held is null ? null : HeldOutAgreement.Of(result, held.Values));
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(context, SweepJson.Of(sweep));
            }
            else
            {
                SweepOutput.Print(context, sweep);
            }

            return result.ModalPick is not null ? 0 : throw new InvalidDataException(
                $"{source.Path(parsed)}: no cell has a pick, for no window has a rollout with a finite log-probability and a finite reward. "
                + "Hint: look at the log's rows before the checkpoints.");
        });
        return HelpWithExamples.Add(
            command,
            "hone sweep runs/a",
            "hone sweep runs/a --hardest 1,3,10 --window 20,50 --json",
            "hone sweep runs/a --by entropy",
            "hone sweep rollouts --checkpoints checkpoints/PROJECT/EXPERIMENT --evals heldout.jsonl",
            "hone sweep rollouts.jsonl --checkpoints 40,80,120 --field reward=score");
    }

    private static IReadOnlyList<double> Percents(string? given) => given is null ? SweepOptions.DefaultPercents : List<double>(
        "--hardest", given, "percents above 0, at most 100, such as 1,3,10",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double p) && p is > 0 and <= 100 ? p : null);

    private static IReadOnlyList<int>? Windows(string? given) => given is null ? null : List<int>(
        "--window", given, "steps, 1 or more, such as 20,50",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) && steps > 0 ? steps : null);

    private static IReadOnlyList<T> List<T>(string name, string given, string expected, Func<string, T?> parse)
        where T : struct
    {
        T?[] values = [.. given.Split(',', StringSplitOptions.TrimEntries).Select(parse)];
        return values.Length <= SweepOptions.MostValues && values.All(value => value is not null)
            ? [.. values.Select(value => value!.Value).Distinct().Order()]
            : throw new UsageException($"{name} {given}: expected up to {SweepOptions.MostValues} {expected}. Hint: see hone sweep --help.");
    }
}
