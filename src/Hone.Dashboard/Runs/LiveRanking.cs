using System.Diagnostics;
using Hone.Dashboard.Samples;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Dashboard.Runs;

/// <summary>The ranking as far as a run has come.</summary>
/// <param name="Result">Scores, pick and controls; null where there is nothing to rank.</param>
/// <param name="Note">What to know of it in a sentence; null for nothing.</param>
/// <param name="Saved">Whether the steps are those of checkpoints on the disk.</param>
/// <param name="Rollouts">Rollouts that it is made of.</param>
internal sealed record RankedSoFar(RankingResult? Result, string? Note, bool Saved, int Rollouts);

/// <summary>Ranks a run's checkpoints again when there are new rollouts or checkpoints, and less often the longer that takes.</summary>
/// <param name="run">The run's folder.</param>
/// <param name="root">What reading must not leave.</param>
internal sealed class LiveRanking(string run, ContainedFolder root)
{
    // Where no checkpoint is saved, windows end at this many steps.
    private const int Windows = 12;
    private const ulong Seed = 1;

    // Ranking takes at most a fifth of the time.
    private const int PauseFactor = 4;
    private static readonly RankingOptions Options = new();
    private (TableView? View, string Checkpoints) _mark = (null, "");
    private long _rankedAt;
    private TimeSpan _pause;
    private RankedSoFar? _current;

    /// <summary>The last ranking; null before the first.</summary>
    public RankedSoFar? Current => Volatile.Read(ref _current);

    /// <summary>Ranks if it is time to; one call at a time.</summary>
    public void Refresh(RunRollouts rollouts)
    {
        TableView view = rollouts.Table.View;
        if (view.Live == 0 || (_rankedAt != 0 && Stopwatch.GetElapsedTime(_rankedAt) < _pause))
        {
            return;
        }

        int[] saved = SavedSteps();
        (TableView, string) mark = (view, string.Join(',', saved));
        if (ReferenceEquals(_mark.View, view) && _mark.Checkpoints == mark.Item2)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        Volatile.Write(ref _current, Rank(rollouts.Table, view, saved));
        _mark = mark;
        _rankedAt = Stopwatch.GetTimestamp();
        _pause = Stopwatch.GetElapsedTime(start, _rankedAt) * PauseFactor;
    }

    private int[] SavedSteps()
    {
        try
        {
            return CheckpointSearch.Beside(run) is { } search
                ? [.. search.Found.Where(found => root.Holds(found.Path)).Select(found => found.Step)]
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static RankedSoFar Rank(RolloutTable table, TableView view, int[] saved)
    {
        RolloutScore[] scores = Scores(table, view);
        int[] steps = [.. scores.Select(score => score.Step).Distinct().Order()];
        int[] covered = [.. saved.Where(step => step >= 1 && step <= steps[^1] && Covers(steps, step))];
        bool isSaved = covered.Length > 0;
        if (!isSaved)
        {
            IEnumerable<int> spread = Enumerable.Range(1, Windows).Select(i => steps[(((i * steps.Length) + Windows - 1) / Windows) - 1]);
            covered = [.. spread.Where(step => step >= 1).Distinct()];
        }

        string? note = isSaved ? null : saved.Length > 0
            ? "The rollouts cover no window of the checkpoints, so the windows end at some of the log's steps."
            : "No checkpoint has been found, so the windows end at some of the log's steps.";
        if (covered.Length == 0)
        {
            return new RankedSoFar(null, "The log has no step above 0 yet.", false, scores.Length);
        }

        RankingResult result = CheckpointRanking.Rank(scores, covered, Options, Seed);
        if (result.Pick is null)
        {
            note = "No rollout has both a finite log-probability and a finite reward, so nothing can be ranked.";
        }

        return new RankedSoFar(result, note, isSaved, scores.Length);
    }

    private static bool Covers(int[] steps, int checkpoint)
    {
        int place = Array.BinarySearch(steps, checkpoint);
        place = place < 0 ? ~place - 1 : place;
        return place >= 0 && steps[place] > (long)checkpoint - Options.WindowSteps;
    }

    private static RolloutScore[] Scores(RolloutTable table, TableView view)
    {
        int[] prompts = table.PromptPlaces();
        var scores = new RolloutScore[view.Live];
        int count = 0;
        for (int i = 0; i < view.Count; i++)
        {
            ref readonly RolloutRow row = ref view[i];
            if (!view.Dead[row.File])
            {
                scores[count++] = new RolloutScore(
                    row.Step, prompts[row.Prompt], row.Sample, -row.MeanLogprob, -row.RefMeanLogprob, row.Reward, row.Truncated);
            }
        }

        return scores;
    }
}
