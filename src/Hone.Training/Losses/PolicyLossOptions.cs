using System.Globalization;

namespace Hone.Training.Losses;

/// <summary>Settings of <see cref="PolicyLoss"/>.</summary>
public sealed record PolicyLossOptions
{
    /// <summary>A ratio below 1 - ClipLow earns a negative advantage nothing more. In [0, 1]; 1 never clips.</summary>
    /// <value>0.2.</value>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>A ratio above 1 + ClipHigh earns a positive advantage nothing more. At least 0; infinity never clips.
    /// DAPO's "clip-higher" is 0.28.</summary>
    /// <value>0.2.</value>
    public double ClipHigh { get; init; } = 0.2;

    /// <summary>Weight beta of the k3 estimate of KL(policy || reference). Finite, at least 0; above 0 needs the
    /// reference's log-probabilities.</summary>
    /// <value>0.</value>
    public double KlCoefficient { get; init; }

    /// <summary>What the sum of token losses is divided by.</summary>
    /// <value><see cref="LossNormalization.TokenMean"/>.</value>
    public LossNormalization Normalization { get; init; } = LossNormalization.TokenMean;

    /// <summary>Length in tokens that <see cref="LossNormalization.ConstantLength"/> divides by, usually the longest
    /// completion allowed. At least 1 there, not read elsewhere.</summary>
    /// <value>0: not set.</value>
    public int ConstantLength { get; init; }

    /// <summary>Every setting that is out of range.</summary>
    /// <returns>One sentence a problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        if (ClipLow is not (>= 0.0 and <= 1.0))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"ClipLow is {ClipLow}, expected 0 to 1."));
        }

        if (!(ClipHigh >= 0.0))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"ClipHigh is {ClipHigh}, expected at least 0."));
        }

        if (KlCoefficient is not (>= 0.0 and < double.PositiveInfinity))
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"KlCoefficient is {KlCoefficient}, expected a finite number, at least 0."));
        }

        if (!Enum.IsDefined(Normalization))
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Normalization is {(int)Normalization}, "
                + $"expected one of {string.Join(", ", Enum.GetNames<LossNormalization>())}."));
        }

        if (Normalization == LossNormalization.ConstantLength && ConstantLength < 1)
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"ConstantLength is {ConstantLength}, expected at least 1. Hint: the longest completion allowed."));
        }

        return problems;
    }
}
