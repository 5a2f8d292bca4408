using System.Text.Json.Nodes;
using Hone.Records;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Report;

/// <summary>Everything that the page shows, gathered before it is written.</summary>
public sealed class ReportData
{
    private ReportData(ReportSource source) => Source = source;

    internal ReportSource Source { get; }

    internal RankingResult Ranking => Source.Ranking;

    /// <summary>The name of the run or log.</summary>
    internal string Name { get; init; } = "";

    /// <summary>run.json; null for another trainer's log.</summary>
    internal JsonObject? Run { get; init; }

    /// <summary>Held-out results, in step order.</summary>
    internal IReadOnlyList<EvalLine> Evals { get; init; } = [];

    internal IReadOnlyList<MetricSeries> Metrics { get; init; } = [];

    /// <summary>Null where nothing was picked.</summary>
    internal PickWindow? Window { get; init; }

    internal SweepResult? Grid { get; init; }

    internal ScoreHistogram? Scores { get; init; }

    internal RewardByUncertainty? Rewards { get; init; }

    internal IReadOnlyList<HardRollout> Hardest { get; init; } = [];

    /// <summary>Why some of the hardest have no text; null where all have it.</summary>
    internal string? NoText { get; init; }

    /// <summary>The pick's score; null without a pick.</summary>
    internal CheckpointScore? Pick => Window?.Pick;

    /// <summary>Reads what lies beside the log, and computes what the ranking did not.</summary>
    /// <param name="source">The ranked log.</param>
    /// <exception cref="InvalidDataException">A file of the run cannot be read.</exception>
    public static ReportData Gather(ReportSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        RunFolder? folder = File.Exists(Path.Combine(source.Path, "run.json")) ? RunFolder.Open(source.Path) : null;
        JsonObject? run = folder is null ? null : JsonFile.Read(folder.RunFile) as JsonObject;
        string? data = (run?["config"] as JsonObject)?["data"] is JsonValue value && value.TryGetValue(out string? path) ? path : null;
        PickWindow? window = PickWindow.Of(source);
        (IReadOnlyList<HardRollout> hardest, string? noText) = window is null ? ([], null) : HardRollouts.Of(source, window);
        return new ReportData(source)
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Path))),
            Run = run,
            Evals = folder is null || !File.Exists(folder.EvalsFile) ? []
                : [.. EvalLine.ReadAll(folder.EvalsFile).OrderBy(line => line.Step)],
            Metrics = folder is null || !File.Exists(folder.MetricsFile) ? [] : MetricSeries.Read(folder.MetricsFile),
            Window = window,
            Grid = window is null ? null : Sweep(source),
            Scores = ScoreHistogram.Read(source.ScoresFile, data),
            Rewards = window is null ? null : RewardByUncertainty.Of(source, window),
            Hardest = hardest,
            NoText = noText,
        };
    }

    // The usual grid, with the pair that was used in it. Bands are not shown.
    private static SweepResult Sweep(ReportSource source)
    {
        int[] steps = [.. source.Checkpoints.Select(checkpoint => checkpoint.Step)];
        var options = new SweepOptions
        {
            HardestPercents = [.. SweepOptions.DefaultPercents, source.Options.HardestPercent],
            WindowSteps = [.. SweepGrid.Windows(steps, source.Log.FirstStep), source.Options.WindowSteps],
            Reading = source.Options.Reading,
            Replicates = 1,
        };
        return CheckpointSweep.Run([.. source.Rollouts], steps, options, source.Seed);
    }
}
