using System.Diagnostics;
using Hone.Dashboard.Samples;
using Hone.Records.Logs;
using Hone.Selection;

namespace Hone.Dashboard.Runs;

/// <summary>Ranks a run's checkpoints as `hone rank` does with the run's own p and delta; again when there are new rollouts or
/// checkpoints, and less often the longer that takes.</summary>
/// <param name="run">The run's folder.</param>
/// <param name="root">What reading must not leave.</param>
internal sealed class LiveRanking(string run, ContainedFolder root)
{
    // Where no checkpoint is saved, windows end at this many steps.
    private const int Windows = 12;

    // That of `hone rank` and of the run's own scores.
    private const ulong Seed = 1;

    // Ranking takes at most a fifth of the time.
    private const int PauseFactor = 4;
    private (TableView? View, string Checkpoints, RunSettings? Settings) _mark = (null, "", null);
    private long _rankedAt;
    private TimeSpan _pause;
    private RankedSoFar? _current;

    /// <summary>The last ranking; null before the first.</summary>
    public RankedSoFar? Current => Volatile.Read(ref _current);

    /// <summary>Ranks if it is time to; one call at a time.</summary>
    public void Refresh(RunRollouts rollouts, RunSettings settings)
    {
        TableView view = rollouts.Table.View;
        if (view.Live == 0 || (_rankedAt != 0 && Stopwatch.GetElapsedTime(_rankedAt) < _pause))
        {
            return;
        }

        RunCheckpoints found = RunCheckpoints.Of(run, root, rollouts.CheckpointOffset);
        (TableView, string, RunSettings) mark = (view, found.ToString(), settings);
        if (ReferenceEquals(_mark.View, view) && _mark == mark)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _current, Rank(rollouts, view, found, settings));

        // What a ranking leaves is as large as the log, and would be collected only after several more.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _mark = mark;
        _rankedAt = Stopwatch.GetTimestamp();
        _pause = Stopwatch.GetElapsedTime(start, _rankedAt) * PauseFactor;
    }

    private static RankedSoFar Rank(RunRollouts rollouts, TableView view, RunCheckpoints found, RunSettings settings)
    {
        (RankingOptions options, bool isOwn) = (settings.Method, settings.HasMethod);
        RolloutScore[] scores = Scores(rollouts.Table, view);
        int[] steps = [.. scores.Where(score => double.IsFinite(score.Reward)).Select(score => score.Step).Distinct().Order()];
        if (steps.Length == 0 || steps[^1] < 1)
        {
            return Nothing(steps.Length == 0 ? "No rollout has a finite reward, so nothing can be ranked." : "The log has no step above 0 yet.");
        }

        var coverage = WindowCoverage.Of(
            steps, Math.Max(rollouts.LastStep, steps[^1]), [.. found.There.Concat(found.Deleted).Order()], options, windowGiven: false);
        bool isSaved = coverage.Covered.Count > 0;
        IReadOnlyList<int> checkpoints = isSaved ? coverage.Covered : Spread(steps);
        UsableRollouts usable = UsableRollouts.InPlace(scores, options.Reading);
        RankingResult result = CheckpointRanking.Rank(usable, [.. checkpoints], options, Seed);
        IReadOnlyList<RankingWarning> deleted = isSaved ? DeletedCheckpointWarnings.Of(result, found.Deleted) : [];
        result = result with { Warnings = [.. coverage.Warnings, .. deleted, .. result.Warnings] };
        string?[] notes =
        [
            found.Problem,
            isSaved ? null
                : found.There.Count + found.Deleted.Count > 0
                    ? "The rollouts cover no window of the checkpoints, so the windows end at some of the log's steps."
                : "No checkpoint has been found, so the windows end at some of the log's steps.",
            result.Pick is null ? "No rollout has both a finite log-probability and a finite reward, so nothing can be ranked." : null,
        ];
        string note = string.Join(' ', notes.OfType<string>());
        return new RankedSoFar(result, RankingDiagnoses.Of(usable, result, options), note.Length > 0 ? note : null, isSaved, usable.Total)
        {
            Options = options, IsRunsOwn = isOwn,
        };

        RankedSoFar Nothing(string why) => new(null, [], why, false, scores.Length) { Options = options, IsRunsOwn = isOwn };
    }

    private static int[] Spread(int[] steps) =>
    [
        .. Enumerable.Range(1, Windows).Select(i => steps[(int)((((long)i * steps.Length) + Windows - 1) / Windows) - 1])
            .Where(step => step >= 1).Distinct(),
    ];

    private static RolloutScore[] Scores(RolloutTable table, TableView view)
    {
        int[] prompts = Places(table, view);
        var scores = new RolloutScore[view.Live];
        int count = 0;
        for (int i = 0; i < view.Count; i++)
        {
            ref readonly RolloutRow row = ref view[i];
            if (!view.Dead[row.File])
            {
                scores[count++] = new RolloutScore(
                    row.Step, prompts[row.Prompt], row.Sample, -row.MeanLogprob, -row.RefMeanLogprob, row.Reward, row.Truncated,
                    row.Tokens, RolloutRow.Verdict(row.Correct), RolloutRow.Verdict(row.FormatOk));
            }
        }

        return scores;
    }

    // Among ties prompts go by the order of the ids that the log has now.
    private static int[] Places(RolloutTable table, TableView view)
    {
        HashSet<int> seen = [];
        for (int i = 0, before = -1; i < view.Count; i++)
        {
            ref readonly RolloutRow row = ref view[i];
            if (row.Prompt != before && !view.Dead[row.File])
            {
                seen.Add(before = row.Prompt);
            }
        }

        int[] used = [.. seen];
        string[] ids = table.PromptIds(used);
        int[] order = PromptOrder.Of(ids, PromptOrder.AreNumbers(ids)), places = new int[used.Max() + 1];
        for (int i = 0; i < order.Length; i++)
        {
            places[used[order[i]]] = i;
        }

        return places;
    }
}
