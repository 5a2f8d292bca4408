using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Training.Ranking;

/// <summary>
/// A run's own ranking while it goes on: the UGCS score of each checkpoint when it is due, the pick so far, which checkpoints to
/// keep, and whether the scores have stopped to rise. All of it follows from the rollouts, so that a run that was stopped and goes on
/// comes to the same.
/// </summary>
public sealed class RunRanking
{
    private const string ScoreName = "ugcs_score";
    private const string LowName = "ugcs_low";
    private const string HighName = "ugcs_high";

    private readonly RunFolder _folder;
    private readonly RunRankingOptions _options;
    private readonly StreamingScore _window;
    private readonly List<CheckpointScore> _scores = [];

    /// <summary>The ranking of a run that begins.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="promptIds">The ids of its training set.</param>
    /// <param name="options">p, delta, what to keep and when to stop.</param>
    public RunRanking(RunFolder folder, IEnumerable<string> promptIds, RunRankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        _folder = folder;
        _options = options;
        _window = new StreamingScore(promptIds, options.Method);
    }

    /// <summary>The scores of the checkpoints so far, in step order; those without rollouts in their window have none.</summary>
    public IReadOnlyList<CheckpointScore> Scores => _scores;

    /// <summary>The checkpoint of the highest score so far; null where none has one.</summary>
    public CheckpointScore? Pick => BestCheckpoints.Of(_scores, 1) is [int step] ? _scores.Find(score => score.Step == step) : null;

    /// <summary>The plateau that ends the run; null while it goes on.</summary>
    public ScorePlateau? Plateau =>
        _options.Stop is { } rule && ScorePlateau.Of(_scores, rule) is { IsReached: true } plateau ? plateau : null;

    /// <summary>Takes up a run after a checkpoint: the window from its rollouts, the scores before from its metrics.</summary>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="isDue">Whether the run writes a checkpoint after a step.</param>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public void Resume(int step, Predicate<int> isDue)
    {
        ArgumentNullException.ThrowIfNull(isDue);
        _scores.Clear();
        _window.Read(_folder, step);
        IEnumerable<MetricsLine> lines = File.Exists(_folder.MetricsFile) ? MetricsLine.ReadAll(_folder.MetricsFile) : [];
        _scores.AddRange(lines.Where(line => line.Step <= step && isDue(line.Step)).Select(line => new CheckpointScore
        {
            Step = line.Step, Score = Value(line, ScoreName), Low = Value(line, LowName), High = Value(line, HighName),
        }));
    }

    /// <summary>Takes a step's rollouts.</summary>
    /// <param name="lines">As its file has them.</param>
    public void Take(IEnumerable<RolloutLine> lines) => _window.Take(lines);

    /// <summary>Scores the checkpoint that is due after a step.</summary>
    /// <param name="step">The step, later than those scored before.</param>
    /// <returns>The score; it is in <see cref="Scores"/> too.</returns>
    public CheckpointScore Score(int step)
    {
        CheckpointScore score = _window.Of(step);
        _scores.Add(score);
        return score;
    }

    /// <summary>What metrics.jsonl has of a score: nothing where there is none.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Metrics(CheckpointScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        (string Name, double? Value)[] fields = [(ScoreName, score.Score), (LowName, score.Low), (HighName, score.High)];
        return fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value!.Value));
    }

    /// <summary>Deletes the checkpoints that are not to be kept, once the one after a step is written.</summary>
    /// <param name="newest">That step.</param>
    /// <param name="isDue">Whether the run writes a checkpoint after a step, whenever it is stopped or saved for the time.</param>
    public KeptCheckpoints Keep(int newest, Predicate<int> isDue)
    {
        ArgumentNullException.ThrowIfNull(isDue);
        int[] before = [.. _folder.Checkpoints.Select(checkpoint => checkpoint.Step).Where(step => step < newest)];

        // What lies between two that were due has served once a later one is due; until then the newest two may be such.
        int last = isDue(newest) ? newest : before.LastOrDefault();
        return CheckpointKeeper.Keep(
            _folder, _scores, newest, _options.KeepBest, before.Where(step => step < last && !isDue(step)));
    }

    private static double? Value(MetricsLine line, string name) => line.Values.TryGetValue(name, out double value) ? value : null;
}
