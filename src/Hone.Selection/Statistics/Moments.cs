namespace Hone.Selection;

/// <summary>Mean and sample standard deviation, summed in order.</summary>
internal static class Moments
{
    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0.0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    /// <summary>sqrt(sum (x - mean)^2 / (n - 1)); 0 for a single value.</summary>
    public static double SampleDeviation(ReadOnlySpan<double> values, double mean)
    {
        double squares = 0.0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return values.Length < 2 ? 0.0 : Math.Sqrt(squares / (values.Length - 1));
    }
}
