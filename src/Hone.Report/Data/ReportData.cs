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

    internal RunMetrics Metrics { get; init; } = new([], [], null);

    /// <summary>What of the curves' files could not be used, in sentences.</summary>
    internal IReadOnlyList<string> CurveProblems { get; init; } = [];

    /// <summary>The ranking beside held-out values; null where there are none of a ranked checkpoint.</summary>
    internal HeldOutComparison? HeldOut { get; init; }

    internal RunData Data { get; init; } = new([], null, null);

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
        var data = RunData.Of(folder, run);
        RunMetrics metrics = folder is null ? new RunMetrics([], [], null) : RunMetrics.Read(folder.MetricsFile);
        (IReadOnlyList<EvalLine> evals, string? evalProblem) = folder is null ? ([], null) : Evaluations(folder.EvalsFile);
        PickWindow? window = PickWindow.Of(source);
        (IReadOnlyList<HardRollout> hardest, string? noText) = window is null ? ([], null) : HardRollouts.Of(source, window);
        return new ReportData(source)
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Path))),
            Run = run,
            Evals = evals,
            Metrics = metrics,
            CurveProblems = [.. new[] { metrics.Problem, evalProblem }.OfType<string>()],
            HeldOut = source.HeldOut is { } held ? HeldOutComparison.Of(source.Ranking, held.Values) : null,
            Data = data,
            Window = window,
            Grid = window is null ? null : Sweep(source),
            Scores = ScoreHistogram.Read(source.ScoresFile, data),
            Rewards = window is null ? null : RewardByUncertainty.Of(source, window),
            Hardest = hardest,
            NoText = noText,
        };
    }

    // Anyone may write there: lines of another kind are no reason to refuse a page.
    private static (IReadOnlyList<EvalLine> Lines, string? Problem) Evaluations(string path)
    {
        try
        {
            return (File.Exists(path) ? [.. EvalLine.ReadAll(path).OrderBy(line => line.Step)] : [], null);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return ([], $"evals.jsonl is not drawn: {error.Message}");
        }
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
