namespace Hone.Selection;

/// <summary>The point mu that the fuzzy rule measures distance from.</summary>
/// <remarks>UFO-RL uses the mean. Where s is bimodal the mean may fall in an empty valley; the median or a fixed value
/// then gives a set that hangs together.</remarks>
public readonly record struct SelectionCenter
{
    private readonly Kind _kind;
    private readonly double _value;

    private SelectionCenter(Kind kind, double value) => (_kind, _value) = (kind, value);

    private enum Kind
    {
        Mean,
        Median,
        Fixed,
    }

    /// <summary>The arithmetic mean of s; also what an unset value means.</summary>
    public static SelectionCenter Mean => default;

    /// <summary>The median of s: the middle value, or half the sum of the two middle ones.</summary>
    public static SelectionCenter Median => new(Kind.Median, 0.0);

    /// <summary>A fixed centre.</summary>
    /// <param name="value">A probability in [0, 1].</param>
    /// <returns>The centre.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1] or NaN.</exception>
    public static SelectionCenter At(double value)
    {
        if (value is not (>= 0.0 and <= 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A centre is a probability in [0, 1].");
        }

        return new SelectionCenter(Kind.Fixed, value);
    }

    /// <summary>The centre's value for a candidate set.</summary>
    /// <param name="probabilities">s of each candidate.</param>
    /// <returns>mu.</returns>
    /// <exception cref="ArgumentException">There are no candidates.</exception>
    public double Of(ReadOnlySpan<double> probabilities)
    {
        if (probabilities.IsEmpty)
        {
            throw new ArgumentException("A centre needs at least one candidate.", nameof(probabilities));
        }

        return _kind switch
        {
            Kind.Mean => Moments.Mean(probabilities),
            Kind.Median => Quantile.Of(probabilities, 0.5),
            _ => _value,
        };
    }
}
