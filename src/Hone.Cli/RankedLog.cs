using System.Globalization;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>From a rollout log to a ranking: its checkpoints, whether it holds what the windows ask for, and the result.</summary>
internal static class RankedLog
{
    private const int RowsATime = 1 << 16;

    /// <summary>The checkpoints to rank: those given, else those of the run folder or beside the log.</summary>
    public static CheckpointSearch Checkpoints(string log, string? given, LogFormat format)
    {
        int bareOffset = format.CheckpointOffset;
        if (given is null)
        {
            return CheckpointSearch.Beside(log, bareOffset) ?? throw new InvalidDataException(
                $"{log}: there are no checkpoints beside the log, expected some to rank. "
                + $"Hint: say --checkpoints 40,80,120 or --checkpoints DIR{CheckpointPlaces.Of(format.Name)}.");
        }

        if (Directory.Exists(given))
        {
            CheckpointSearch search = CheckpointSearch.In(given, bareOffset);
            return search.Found.Count > 0 ? search
                : search.LeftOut.Count > 0
                    ? throw new InvalidDataException(
                        $"{search.LeftOut[0]}{(search.LeftOut.Count > 1 ? $" ({search.LeftOut.Count - 1} more like it)" : "")}, "
                        + "expected a whole checkpoint at least. Hint: say --checkpoints 40,80,120 to rank by step alone.")
                : throw new InvalidDataException(
                    $"{given}: no folder in it names a step, expected such as step-000100 or checkpoint-100. "
                    + "Hint: say --checkpoints 40,80,120.");
        }

        var steps = new SortedSet<int>();
        foreach (string part in given.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int step) || step < 1)
            {
                throw new UsageException(
                    $"--checkpoints {given}: '{part}' is neither a folder nor a step. Hint: for example --checkpoints 40,80,120.");
            }

            steps.Add(step);
        }

        return new CheckpointSearch([.. steps.Select(step => new Checkpoint(step, ""))], []);
    }

    /// <summary>Refuses a log that lacks the numbers to rank by.</summary>
    /// <exception cref="InvalidDataException">The measure or rewards are missing.</exception>
    public static void CheckRows(string path, RolloutLog log, RankingOptions options, bool skipInvalid)
    {
        UncertaintyMeasure measure = Measure(log, options);
        int missing = log.MissingUncertainty(measure);
        bool ofLogprobs = measure is UncertaintyMeasure.Anll or UncertaintyMeasure.Reference;
        string what = ofLogprobs ? "log-probability" : $"{measure.Name()} (--by {measure.Name()})";
        if (missing == log.Count)
        {
            throw Missing(path, log, $"{missing} of {log.Count} records have no finite {what}", log.HasReference
                ? "the log has those of the reference model: rank it with --as reference-code"
                : log.Format.LogprobHint.Length > 0
                    ? $"{log.Format.LogprobHint}; or compute them with hone score --rollouts {path} --model DIR, and rank --as reference-code"
                    : "map the field with --field mean_logprob=THEIR_FIELD or logprobs=THEIR_FIELD");
        }

        if (missing + log.SkippedRows > 0 && !skipInvalid)
        {
            // Those that were added beside the log are of the reading's own kind, unless the log has others.
            bool grown = missing > 0 && ofLogprobs && (measure == UncertaintyMeasure.Reference) == log.HasReference
                && log.Findings.Any(finding => finding.Id == "added_logprobs_missing");
            throw Missing(path, log, missing > 0 ? $"{missing} of {log.Count} records have no finite {what}"
                : $"{log.SkippedRows} rows have no finite reward",
                (grown ? $"if the log has grown, run hone score --rollouts {path} again as before; or " : "")
                + "rank without them with --skip-invalid");
        }
    }

    /// <summary>The measure that a log is ranked by: the one asked for, else that of the reading.</summary>
    public static UncertaintyMeasure Measure(RolloutLog log, RankingOptions options) => options.Measure is { } name
        ? UncertaintyMeasures.Named(name)!.Value
        : options.Reading == RankingReading.ReferenceCode && log.HasReference ? UncertaintyMeasure.Reference : UncertaintyMeasure.Anll;

    private static InvalidDataException Missing(string path, RolloutLog log, string what, string hint) => new(
        $"{path}: {what}{(log.FirstInvalid is { } place ? $", the first at {place}" : "")}, expected one on every record. Hint: {hint}.");

    /// <summary>Ranks the checkpoints.</summary>
    public static RankingResult Rank(
        RolloutLog log, IReadOnlyList<Checkpoint> checkpoints, RankingOptions options, ulong seed) =>
        CheckpointRanking.Rank(Scores(log, options), [.. checkpoints.Select(c => c.Step)], options, seed);

    /// <summary>Ranks the checkpoints, and says what may be wrong with that.</summary>
    public static (RankingResult Result, IReadOnlyList<RankingDiagnosis> Diagnoses) RankAndDiagnose(
        RolloutLog log, IReadOnlyList<Checkpoint> checkpoints, RankingOptions options, ulong seed)
    {
        UsableRollouts usable = UsableRollouts.InPlace(Scores(log, options), options.Reading);
        RankingResult result = CheckpointRanking.Rank(usable, [.. checkpoints.Select(c => c.Step)], options, seed);
        return (result, RankingDiagnoses.Of(usable, result, options));
    }

    /// <summary>The log's rows as ranking takes them, with the measure that the options name.</summary>
    public static RolloutScore[] Scores(RolloutLog log, RankingOptions options)
    {
        // Without a measure of the user's own, the reading chooses between policy and reference.
        UncertaintyMeasure measure = options.Measure is null ? UncertaintyMeasure.Anll : Measure(log, options);
        var scores = new RolloutScore[log.Count];
        Parallel.For(0, (scores.Length + RowsATime - 1) / RowsATime, stretch =>
            Fill(scores, log, options.Measure is null, measure, stretch * RowsATime, Math.Min(scores.Length, (stretch + 1) * RowsATime)));
        return scores;
    }

    private static void Fill(RolloutScore[] scores, RolloutLog log, bool byReading, UncertaintyMeasure measure, int from, int to)
    {
        ReadOnlySpan<int> steps = log.Steps, prompts = log.Prompts, samples = log.Samples, tokens = log.Tokens;
        ReadOnlySpan<double> policy = log.MeanLogprobs, reference = log.RefMeanLogprobs, rewards = log.Rewards;
        ReadOnlySpan<bool> truncated = log.Truncated;
        ReadOnlySpan<AnswerVerdict> verdicts = log.Verdicts;
        for (int i = from; i < to; i++)
        {
            AnswerVerdict verdict = verdicts.IsEmpty ? AnswerVerdict.None : verdicts[i];
            scores[i] = new RolloutScore(
                steps[i], prompts[i], samples[i],
                measure == UncertaintyMeasure.Anll ? -policy[i] : log.Uncertainty(measure, i),
                byReading ? -reference[i] : double.NaN, rewards[i], truncated[i], tokens[i],
                verdict.Right(), verdict.InFormat());
        }
    }
}
