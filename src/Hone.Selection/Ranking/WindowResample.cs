namespace Hone.Selection;

/// <summary>How a window's score moves under random weights of its steps.</summary>
/// <param name="Deviations">Moves of the score, in draw order; equal draws of windows belong together.</param>
/// <param name="Prior">Moves for rewards that the hard set happens not to show; without them, a hard set of equal rewards would have no
/// spread. They are those of Jeffreys' prior for a share: weights of half a chi-square variable each for one more unit
/// of the lowest and one of the highest reward of the window, and of 0 and 1 where the window has one reward only.</param>
/// <param name="Spread">By what factor deviations are to be stretched for what a variance from few blocks misses.</param>
/// <param name="Freedom">Degrees of freedom of that variance.</param>
internal sealed record WindowResample(double[] Deviations, double[] Prior, double Spread, double Freedom)
{
    private const double Tail = 0.025;
    private const double NormalQuantile = 1.9599639845400545;
    private const double HighestCorrelation = 0.9;

    // A correlation from fewer steps says nothing.
    private const int LeastForCorrelation = 5;

    // Stretched further, so that the quantiles of a 95 % interval are those of a t distribution.
    private readonly double _widening = Spread * StudentT.Upper(Tail, Freedom) / NormalQuantile;

    /// <summary>Lowest and highest reward that a window's score could have shown: its own, and where it has one reward only also 0 and 1,
    /// what most rewards run between.</summary>
    public static Interval Range(double lowest, double highest) =>
        lowest < highest ? new Interval(lowest, highest) : new Interval(Math.Min(0.0, lowest), Math.Max(1.0, highest));

    /// <summary>Draws the replicates.</summary>
    /// <param name="window">Of at least two steps.</param>
    /// <param name="n">Size of the hard set.</param>
    /// <param name="range">Lowest and highest reward that the score could have shown.</param>
    /// <param name="length">L: steps in a block.</param>
    /// <param name="replicates">How many.</param>
    /// <param name="seed">Seed of the ranking.</param>
    /// <param name="stream">Seed of what the window shares with no other.</param>
    public static WindowResample Of(
        RankedWindow window, int n, Interval range, int length, int replicates, ulong seed, ulong stream)
    {
        double score = window.Score(n);
        (double below, double above) = (score - range.Low, range.High - score);
        double[] influence = window.Influence(n);
        SplitMix64 random = new(stream);
        double[] weights = new double[window.Steps];
        double[] deviations = new double[replicates];
        double[] prior = new double[replicates];
        for (int r = 0; r < deviations.Length; r++)
        {
            StepBlocks.Draw(seed, length, r, window.FirstStep, weights);
            for (int s = 0; s < weights.Length; s++)
            {
                deviations[r] += weights[s] * influence[s] / n;
            }

            prior[r] = ((HalfChiSquare(ref random) * above) - (HalfChiSquare(ref random) * below)) / (n + 1.0);
        }

        BlockVariance variance = new(window.Steps, length);
        double missed = variance.Missed(Correlation(influence)) / variance.Share;
        return new WindowResample(deviations, prior, Math.Sqrt(missed), variance.Freedom);
    }

    /// <summary>The moves of the score, stretched for the missed part of the variance alone.</summary>
    public double[] Moves => [.. Deviations.Select((deviation, r) => (Spread * deviation) + Prior[r])];

    /// <summary>The move of the score in a replicate, stretched as for the interval.</summary>
    public double Move(int replicate) => (_widening * Deviations[replicate]) + Prior[replicate];

    /// <summary>The mean square of the moves: the variance of the score.</summary>
    public double Variance => Moves.Average(move => move * move);

    /// <summary>The moved scores in draw order.</summary>
    public double[] Scores(double score) => [.. Enumerable.Range(0, Deviations.Length).Select(r => score + Move(r))];

    /// <summary>The 95 % interval: percentiles of the moved score, within the range of the rewards, and around the
    /// score.</summary>
    public Interval Interval(double score, Interval range)
    {
        double[] moves = [.. Enumerable.Range(0, Deviations.Length).Select(Move)];
        Interval percentiles = Quantile.Central(moves, 1.0 - (2.0 * Tail));
        return new Interval(
            Math.Min(score, Math.Max(range.Low, score + percentiles.Low)), Math.Max(score, Math.Min(range.High, score + percentiles.High)));
    }

    /// <summary>First-order correlation of the steps' influence, mended for the bias of short series (Marriott and Pope 1954), in
    /// [0, 0.9].</summary>
    private static double Correlation(ReadOnlySpan<double> influence)
    {
        if (influence.Length < LeastForCorrelation)
        {
            return 0.0;
        }

        double products = 0.0;
        double squares = influence[0] * influence[0];
        for (int s = 1; s < influence.Length; s++)
        {
            products += influence[s] * influence[s - 1];
            squares += influence[s] * influence[s];
        }

        double share = 1.0 / influence.Length;
        double phi = squares > 0.0 ? ((products / squares) + share) / (1.0 - (3.0 * share)) : 0.0;
        return Math.Clamp(phi, 0.0, HighestCorrelation);
    }

    // A gamma variable of shape 1/2: half the square of a normal one (Box and Muller 1958).
    private static double HalfChiSquare(ref SplitMix64 random)
    {
        double cosine = Math.Cos(2.0 * Math.PI * SplitMix64.Unit(random.Next()));
        return StepBlocks.Exponential(random.Next()) * cosine * cosine;
    }
}
