using Hone.Cli.Running;
using Hone.Inference.Scoring;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Selection;

namespace Hone.Cli.Scores;

/// <summary>Scores that an earlier run left in the file, and whether they may be gone on with.</summary>
internal static class KnownScores
{
    private const int RowsToCompare = 4;

    /// <summary>The scores by prompt id; none where there is no file.</summary>
    /// <exception cref="InvalidDataException">They are those of another target or data set.</exception>
    public static Dictionary<string, ScoreLine> Read(string output, string mode, DataSet set)
    {
        if (!File.Exists(output))
        {
            return [];
        }

        IReadOnlyList<ScoreLine> lines = ScoreLine.ReadAll(output);
        if (lines.FirstOrDefault(line => line.Target != mode) is { } other)
        {
            throw new InvalidDataException(
                $"{output}: holds scores of target '{other.Target}', expected '{mode}'. Hint: write to another --out.");
        }

        Dictionary<string, DataRow> rows = set.Rows.ToDictionary(row => row.Id);
        if (lines.FirstOrDefault(line => !rows.TryGetValue(line.Id, out DataRow? row) || !line.IsOf(row)) is { } stranger)
        {
            throw new InvalidDataException(
                $"{output}: holds a score of '{stranger.Id}', which is no row of {set.Path} or has another prompt there, expected scores of this data set. "
                + "Hint: write to another --out.");
        }

        return lines.ToDictionary(line => line.Id);
    }

    /// <summary>Requires that the model gives the scores that are there: scores of a few rows tell model, prefix and text.</summary>
    /// <exception cref="InvalidDataException">It gives others.</exception>
    public static void RequireSame(
        PromptScorer scorer, RunningModel running, DataSet set, string output, IReadOnlyDictionary<string, ScoreLine> known,
        CancellationToken cancel)
    {
        // Two samples differ whatever the model, unless the server draws them from the seed as the engine does.
        if (scorer.Mode == TargetMode.Completion && !running.RepeatsSamples)
        {
            return;
        }

        // Several rows, for another format of the weights may move a single one by less than the bound.
        DataRow[] rows = [.. set.Rows.Where(candidate => known.ContainsKey(candidate.Id)).Take(RowsToCompare)];
        scorer.Score(rows, score =>
        {
            double before = known[score.Row.Id].Confidence;
            double now = score.LogProbs is { Length: > 0 } p ? Confidence.MeanLogProb<float>(p) : double.NaN;
            if (!(Math.Abs(now - before) <= running.SameScore * (1 + Math.Abs(before))))
            {
                throw new InvalidDataException(
                    $"{output}: holds {before} for '{score.Row.Id}', this model and these options give {now}, expected the same scores "
                    + "to go on with. Hint: write to another --out.");
            }
        }, cancel);
    }

    /// <summary>Puts a file's lines into the order of the data set, so that it does not tell who answered when.</summary>
    public static void PutInOrder(string output, DataSet set)
    {
        IReadOnlyList<ScoreLine> lines = ScoreLine.ReadAll(output);
        Dictionary<string, ScoreLine> byId = lines.ToDictionary(line => line.Id);
        ScoreLine[] ordered = [.. set.Rows.Where(row => byId.ContainsKey(row.Id)).Select(row => byId[row.Id])];
        if (!lines.SequenceEqual(ordered))
        {
            ScoreWriter.Replace(output, ordered);
        }
    }
}
