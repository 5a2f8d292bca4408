namespace Hone.Selection;

/// <summary>The units of one window, most uncertain first, and what is needed to score a resample of its
/// steps.</summary>
internal sealed record RankedWindow
{
    /// <summary>Uncertainty of each unit, descending; ties in (step, prompt, sample) order.</summary>
    public required double[] Uncertainty { get; init; }

    /// <summary>Reward of each unit: a completion's own, or the maximum over a prompt's.</summary>
    public required double[] Reward { get; init; }

    /// <summary>Share of truncated completions in each unit.</summary>
    public required double[] Truncated { get; init; }

    /// <summary>The present step that each unit belongs to, from 0.</summary>
    public required int[] UnitStep { get; init; }

    /// <summary>The prompt of each unit.</summary>
    public required int[] UnitPrompt { get; init; }

    /// <summary>Place of the window's first step among the steps of the log, at least 0.</summary>
    public long FirstStep { get; init; }

    public required int Records { get; init; }

    /// <summary>S: steps of the window that have records.</summary>
    public required int Steps { get; init; }

    public required double TrainReward { get; init; }

    public int Units => Reward.Length;

    /// <summary>Window of at least one record, sorted by (step, prompt, sample).</summary>
    public static RankedWindow Of(ReadOnlySpan<RolloutScore> records, RankingReading reading) =>
        reading == RankingReading.Paper ? OfCompletions(records) : PromptUnits.Window(records);

    /// <summary>Mean reward of the hardest n units.</summary>
    public double Score(int n) => Moments.Mean(Reward.AsSpan(0, n));

    /// <summary>What each step contributes to the score's deviation from its true value: its influence, summed over its
    /// units.</summary>
    /// <remarks>
    /// The influence function of a mean above a quantile, as that of expected shortfall (Manistre and Hancock 2005): a hard unit moves the
    /// score by its reward less the score, and a step with more hard units than its share moves the cut, and so lets
    /// units with rewards like those at the cut fall out. To first order, a window whose steps count w times has the score
    /// score + sum w_s influence_s / n. Moving the cut itself in each resample would add noise of order 1 / sqrt(n) to the variance.
    /// </remarks>
    /// <param name="n">Size of the hard set.</param>
    /// <returns>(S) in reward units times units; sums to 0.</returns>
    public double[] Influence(int n)
    {
        double score = Score(n);
        int near = Math.Min(Math.Max(1, n / 2), Units - n);
        double atCut = near > 0 ? Moments.Mean(Reward.AsSpan(n - Math.Min(n, near), Math.Min(n, near) + near)) - score : 0.0;
        double[] influence = new double[Steps];
        for (int unit = 0; unit < Units; unit++)
        {
            influence[UnitStep[unit]] += (atCut * n / Units) + (unit < n ? Reward[unit] - score - atCut : 0.0);
        }

        return influence;
    }

    /// <summary>Dense index of each record's step among the steps present; returns how many there are.</summary>
    public static int StepIndices(ReadOnlySpan<RolloutScore> records, Span<int> indices)
    {
        int current = 0;
        for (int i = 0; i < records.Length; i++)
        {
            current += i > 0 && records[i].Step != records[i - 1].Step ? 1 : 0;
            indices[i] = current;
        }

        return current + 1;
    }

    public static double MeanReward(ReadOnlySpan<RolloutScore> records)
    {
        double sum = 0.0;
        foreach (RolloutScore record in records)
        {
            sum += record.Reward;
        }

        return sum / records.Length;
    }

    private static RankedWindow OfCompletions(ReadOnlySpan<RolloutScore> records)
    {
        int[] stepOf = new int[records.Length];
        int steps = StepIndices(records, stepOf);
        double[] uncertainty = new double[records.Length];
        for (int i = 0; i < records.Length; i++)
        {
            uncertainty[i] = -records[i].Anll;
        }

        int[] order = HighestFirst.Sort(uncertainty);
        double[] reward = new double[order.Length];
        double[] truncated = new double[order.Length];
        int[] unitStep = new int[order.Length];
        int[] unitPrompt = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            RolloutScore record = records[order[i]];
            uncertainty[i] = record.Anll;
            reward[i] = record.Reward;
            truncated[i] = record.Truncated ? 1.0 : 0.0;
            unitStep[i] = stepOf[order[i]];
            unitPrompt[i] = record.Prompt;
        }

        return new RankedWindow
        {
            Uncertainty = uncertainty,
            Reward = reward,
            Truncated = truncated,
            UnitStep = unitStep,
            UnitPrompt = unitPrompt,
            Records = records.Length,
            Steps = steps,
            TrainReward = MeanReward(records),
        };
    }
}
