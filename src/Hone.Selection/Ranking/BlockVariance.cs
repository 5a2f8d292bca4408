namespace Hone.Selection;

/// <summary>How much a variance from blocks of L among S steps can be trusted, and what it misses.</summary>
/// <remarks>
/// Such a variance is a quadratic form of the steps' deviations from their mean, A = M K M with K Bartlett's kernel
/// max(0, 1 - h / L) and M = I - 1/S. Its expectation tr(A G) for steps of correlation G, and its degrees of freedom, follow from traces.
/// All sums take a time proportional to S.
/// </remarks>
internal sealed class BlockVariance
{
    private readonly int _steps;
    private readonly int _length;
    private readonly double[] _rowSums;
    private readonly double _total;

    /// <summary>For S steps in blocks of L.</summary>
    /// <param name="steps">S, at least 2.</param>
    /// <param name="length">L, at least 1.</param>
    public BlockVariance(int steps, int length)
    {
        (_steps, _length) = (steps, length);
        _rowSums = RowSums(h => 1.0 - ((double)h / length), Math.Min(length - 1, steps - 1));
        _total = _rowSums.Sum();
        double squares = steps;
        for (int h = 1; h < length && h < steps; h++)
        {
            squares += 2.0 * (steps - h) * (1.0 - ((double)h / length)) * (1.0 - ((double)h / length));
        }

        double trace = steps - (_total / steps);
        double traceOfSquare =
            squares - (2.0 * _rowSums.Sum(v => v * v) / steps) + (_total / steps * _total / steps);
        Freedom = trace * trace / traceOfSquare;
        Share = trace / steps;
    }

    /// <summary>Degrees of freedom: those of the chi-square variable with the same mean and variance (Satterthwaite 1946), for
    /// steps that are independent.</summary>
    public double Freedom { get; }

    /// <summary>The expected variance over the true one for steps that are independent; below 1.</summary>
    public double Share { get; }

    /// <summary>By what factor the variance of a mean over steps with correlation phi^h exceeds the one that blocks show on average,
    /// where steps without correlation have factor 1; at least 1.</summary>
    /// <param name="phi">In [0, 1).</param>
    public double Missed(double phi) => Math.Max(1.0, Ratio(phi) / Ratio(0.0));

    // The true variance of the sum over the expected one.
    private double Ratio(double phi)
    {
        double[] sums = RowSums(h => Math.Pow(phi, h), _steps - 1);
        double sum = sums.Sum();
        double expected = _steps;
        for (int h = 1; h < _length && h < _steps; h++)
        {
            expected += 2.0 * (_steps - h) * (1.0 - ((double)h / _length)) * Math.Pow(phi, h);
        }

        double product = 0.0;
        for (int s = 0; s < _steps; s++)
        {
            product += sums[s] * _rowSums[s];
        }

        return sum / (expected - (2.0 * product / _steps) + (_total / _steps * sum / _steps));
    }

    // Row sums of the symmetric matrix with 1 on its diagonal and value(h) at distance h up to the reach.
    private double[] RowSums(Func<int, double> value, int reach)
    {
        double[] upTo = new double[_steps];
        for (int h = 1; h < _steps; h++)
        {
            upTo[h] = upTo[h - 1] + (h <= reach ? value(h) : 0.0);
        }

        double[] sums = new double[_steps];
        for (int s = 0; s < _steps; s++)
        {
            sums[s] = 1.0 + upTo[s] + upTo[_steps - 1 - s];
        }

        return sums;
    }
}
