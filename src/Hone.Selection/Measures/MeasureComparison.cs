namespace Hone.Selection;

/// <summary>What a ranking by one measure came to, beside that by the first.</summary>
/// <param name="Measure">Its name.</param>
/// <param name="Pick">Step of the pick; null for none.</param>
/// <param name="Score">The pick's score.</param>
/// <param name="Low">Lower end of its interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="ScoreCorrelation">Spearman's rho of the checkpoints' scores with those by the first measure; null for fewer than
/// three checkpoints with both, or where either has one score only.</param>
/// <param name="HardInCommon">Share of its hard units, which are completions or prompts as the reading has it, that are hard by
/// the first measure too, a mean over windows; p / 100 would be chance.</param>
/// <param name="LengthCorrelation">Spearman's rho of the measure with the number of tokens, a mean over windows; null where a log
/// does not say how many.</param>
public sealed record MeasureAgreement(
    string Measure, int? Pick, double? Score, double? Low, double? High, double? ScoreCorrelation, double? HardInCommon,
    double? LengthCorrelation);

/// <summary>Rankings of one log by several measures, side by side. One log at a time is needed, and little of it is kept.</summary>
public sealed class MeasureComparison
{
    private readonly List<Ranked> _ranked = [];

    /// <summary>One row for each measure, in the order of adding.</summary>
    public IReadOnlyList<MeasureAgreement> Rows => [.. _ranked.Select(ranked => Row(ranked, _ranked[0]))];

    /// <summary>Adds a measure; all others are compared with the first.</summary>
    /// <param name="rollouts">The log, with the measure for <see cref="RolloutScore.Anll"/>.</param>
    /// <param name="result">Its ranking.</param>
    /// <param name="options">How it was ranked.</param>
    public void Add(ReadOnlySpan<RolloutScore> rollouts, RankingResult result, RankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(options);
        UsableRollouts usable = UsableRollouts.From(rollouts, options.Reading);
        int count = result.Checkpoints.Count;
        var hard = new HashSet<(int, int, int)>[count];
        double[] lengths = new double[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<RolloutScore> window = usable.Window(result.Checkpoints[i].Step, options);
            hard[i] = Hard(window, options);
            lengths[i] = HardSetDiagnoses.LengthCorrelationOf(window);
        }

        _ranked.Add(new Ranked(result, hard, lengths));
    }

    // A prompt is a unit without step and sample.
    private static HashSet<(int Step, int Prompt, int Sample)> Hard(ReadOnlySpan<RolloutScore> window, RankingOptions options)
    {
        if (window.IsEmpty)
        {
            return [];
        }

        if (options.Reading == RankingReading.ReferenceCode)
        {
            int[] prompts = RankedWindow.Of(window, options.Reading).UnitPrompt;
            return [.. prompts.Take(CheckpointRanking.HardCount(prompts.Length, options.HardestPercent)).Select(prompt => (0, prompt, 0))];
        }

        double[] negated = new double[window.Length];
        for (int i = 0; i < negated.Length; i++)
        {
            negated[i] = -window[i].Anll;
        }

        var hard = new HashSet<(int, int, int)>();
        foreach (int i in HighestFirst.Sort(negated).AsSpan(0, CheckpointRanking.HardCount(window.Length, options.HardestPercent)))
        {
            hard.Add((window[i].Step, window[i].Prompt, window[i].Sample));
        }

        return hard;
    }

    private static MeasureAgreement Row(Ranked ranked, Ranked first)
    {
        CheckpointScore? pick = ranked.Result.Checkpoints.FirstOrDefault(checkpoint => checkpoint.Step == ranked.Result.Pick);
        return new MeasureAgreement(
            ranked.Result.Measure, ranked.Result.Pick, pick?.Score, pick?.Low, pick?.High, Correlation(ranked.Result, first.Result),
            Mean(ranked.Hard.Zip(first.Hard, (own, others) =>
                own.Count == 0 ? double.NaN : (double)own.Count(others.Contains) / own.Count)),
            Mean(ranked.Lengths));
    }

    private static double? Correlation(RankingResult result, RankingResult first)
    {
        (double X, double Y)[] both =
        [
            .. result.Checkpoints.Zip(first.Checkpoints).Where(pair => pair.First.Score is not null && pair.Second.Score is not null)
                .Select(pair => (pair.First.Score!.Value, pair.Second.Score!.Value)),
        ];
        double rho = both.Length < RankCorrelation.FewestCheckpoints
            ? double.NaN
            : RankCorrelation.Spearman([.. both.Select(pair => pair.X)], [.. both.Select(pair => pair.Y)]);
        return double.IsNaN(rho) ? null : rho;
    }

    private static double? Mean(IEnumerable<double> values)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        return known.Length == 0 ? null : Moments.Mean(known);
    }

    private sealed record Ranked(RankingResult Result, HashSet<(int, int, int)>[] Hard, double[] Lengths);
}
