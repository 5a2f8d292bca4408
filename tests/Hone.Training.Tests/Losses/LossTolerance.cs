namespace Hone.Training.Tests.Losses;

/// <summary>How far results may be from what was computed elsewhere.</summary>
internal static class LossTolerance
{
    /// <summary>The PyTorch vectors print ten digits; a ratio of 2.2 magnifies the half unit of the tenth digit of a
    /// log-probability near -7 (5e-10) to 1.1e-9.</summary>
    public const double Printed = 3e-9;

    /// <summary>Sums in double of at most a hundred terms of size 1: their rounding stays below 1e-14.</summary>
    public const double Rounding = 1e-13;

    /// <summary>Central differences in double: h^2/6 times a third derivative of size 10, plus rounding 1e-16 /
    /// h.</summary>
    public const double Gradient = 1e-7;

    /// <summary>Step of the central differences.</summary>
    public const double Step = 1e-5;

    /// <summary>Ratios this near a bound are kinks to central differences: a step moves a ratio of at most 2 by
    /// 2e-5.</summary>
    public const double Kink = 1e-4;

    /// <summary>Relative: exp(x) - x - 1 at x = 1e-3 is 5e-7 left of numbers of size 1 rounded to 1e-16,
    /// twice.</summary>
    public const double Cancellation = 1e-9;
}
