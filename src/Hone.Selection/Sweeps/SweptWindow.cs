namespace Hone.Selection;

/// <summary>What is kept of one window for all p of a sweep.</summary>
internal sealed class SweptWindow
{
    /// <summary>C.</summary>
    public required int Step { get; init; }

    /// <summary>N; 0 for a window without records, which then has nothing else.</summary>
    public int Units { get; init; }

    /// <summary>Steps of the window that have records.</summary>
    public int Steps { get; init; }

    /// <summary>(M) n.</summary>
    public int[] Hard { get; init; } = [];

    /// <summary>(M) scores.</summary>
    public double[] Score { get; init; } = [];

    /// <summary>[M][R] bootstrap scores in draw order.</summary>
    public double[][] Replicates { get; init; } = [];

    /// <summary>(S * 2 * M) as <see cref="SplitHalves.Scores"/> gives them.</summary>
    public double[] Halves { get; init; } = [];

    /// <summary>Ranks a window once and scores it for all p.</summary>
    /// <param name="checkpoint">C.</param>
    /// <param name="records">Its records, sorted by (step, prompt, sample).</param>
    /// <param name="percents">(M) the p, ascending.</param>
    /// <param name="options">Reading and numbers of draws.</param>
    /// <param name="seed">Seed of the whole sweep.</param>
    public static SweptWindow Of(
        int checkpoint, ReadOnlySpan<RolloutScore> records, double[] percents, SweepOptions options, ulong seed)
    {
        if (records.IsEmpty)
        {
            return new SweptWindow { Step = checkpoint };
        }

        RankedWindow window = RankedWindow.Of(records, options.Reading);
        int[] hard = new int[percents.Length];
        WholeCount.AtLeastOne(percents, window.Units, hard);
        double[] score = new double[percents.Length];
        HardestMeans means = new(hard, score);
        for (int unit = 0; !means.Full; unit++)
        {
            means.Take(window.Reward[unit], 1.0);
        }

        // The same streams as a ranking's, so that a cell's band is the one that ranking it alone shows.
        ulong stream = SplitMix64.Hash(seed, (ulong)checkpoint);
        return new SweptWindow
        {
            Step = checkpoint,
            Units = window.Units,
            Steps = window.Steps,
            Hard = hard,
            Score = score,
            Replicates = Resample(window, percents, options.Replicates, SplitMix64.Hash(stream, 0)),
            Halves = SplitHalves.Scores(window, percents, SplitMix64.Hash(seed, ulong.MaxValue), options.Splits),
        };
    }

    private static double[][] Resample(RankedWindow window, double[] percents, int replicates, ulong seed)
    {
        double[][] scores = [.. percents.Select(_ => new double[replicates])];
        SplitMix64 random = new(seed);
        int length = MovingBlocks.Length(window.Steps);
        int[] counts = new int[window.Steps];
        double[] drawn = new double[percents.Length];
        for (int r = 0; r < replicates; r++)
        {
            MovingBlocks.Draw(ref random, length, counts);
            window.Resample(counts, percents, drawn);
            for (int p = 0; p < drawn.Length; p++)
            {
                scores[p][r] = drawn[p];
            }
        }

        return scores;
    }
}
