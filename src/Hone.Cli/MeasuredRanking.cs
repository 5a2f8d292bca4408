using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>What `hone rank --by` asks for: one measure, or all that the log has beside the usual one.</summary>
/// <param name="Measure">The measure; null for the usual one.</param>
/// <param name="All">Whether all are compared.</param>
internal sealed record MeasuredRanking(UncertaintyMeasure? Measure, bool All)
{
    /// <summary>What --by takes for all of them.</summary>
    public const string AllName = "all";

    /// <summary>Reads the option's value; null where it was not given.</summary>
    public static MeasuredRanking Of(string? by) => by == AllName
        ? new MeasuredRanking(null, true)
        : new MeasuredRanking(by is null ? null : UncertaintyMeasures.Named(by), false);

    /// <summary>Reads the log with what is wanted of it.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, or no row has the measure.</exception>
    public RolloutLog Read(string path, LogOptions options)
    {
        if (Measure is null or UncertaintyMeasure.Anll)
        {
            return RolloutLog.Read(path, options with { Measures = All ? UncertaintyMeasures.All : [] });
        }

        // A measure of another kind does not need log-probabilities.
        options = options with { LogprobsElsewhere = true };
        RolloutLog log = RolloutLog.Read(path, options with { Measures = [Measure.Value] });
        if (log.MissingUncertainty(Measure.Value) < log.Count)
        {
            return log;
        }

        IReadOnlyList<UncertaintyMeasure> has = RolloutLog.Read(path, options with { Measures = UncertaintyMeasures.All }).Measures;
        string field = FieldOf(Measure.Value);
        throw new InvalidDataException(
            $"{path}: none of the {log.Count} records has the measure '{Measure.Value.Name()}' (--by), expected it on every record. Hint: "
            + (has.Count > 0 ? $"the log has {string.Join(", ", has.Select(measure => measure.Name()))}; or " : "")
            + $"name its field with --field {field}=THEIR_FIELD.");
    }

    /// <summary>Rankings by every measure that the log has, after the usual one's.</summary>
    public IReadOnlyList<MeasureAgreement> Compare(
        RolloutLog log, IReadOnlyList<Checkpoint> checkpoints, RankingOptions options, RankingResult usual, bool skipInvalid, ulong seed)
    {
        if (!All)
        {
            return [];
        }

        var comparison = new MeasureComparison();
        comparison.Add(RankedLog.Scores(log, options), usual, options);
        UncertaintyMeasure first = RankedLog.Measure(log, options);
        foreach (UncertaintyMeasure measure in log.Measures)
        {
            // A measure that some rows lack would be ranked on another log than the rest.
            if (measure != first && (skipInvalid || log.MissingUncertainty(measure) == 0))
            {
                RankingOptions own = options with { Measure = measure.Name() };
                comparison.Add(RankedLog.Scores(log, own), RankedLog.Rank(log, checkpoints, own, seed), own);
            }
        }

        return comparison.Rows;
    }

    private static string FieldOf(UncertaintyMeasure measure) => measure switch
    {
        UncertaintyMeasure.Sum => "sum_logprob",
        UncertaintyMeasure.Entropy => "mean_entropy",
        UncertaintyMeasure.Min => "min_logprob",
        UncertaintyMeasure.Tail => "tail_logprob",
        UncertaintyMeasure.SelfCertainty => "self_certainty",
        UncertaintyMeasure.Reference => "ref_mean_logprob",
        UncertaintyMeasure.Length => "tokens",
        _ => "mean_logprob",
    };
}
