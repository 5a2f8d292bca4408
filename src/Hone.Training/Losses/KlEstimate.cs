namespace Hone.Training.Losses;

/// <summary>Schulman's k3 (http://joschu.net/blog/kl-approx.html): with x drawn from q and r = p(x)/q(x), the mean of
/// r - 1 - log r estimates KL(q || p) without bias, and no term is negative.</summary>
internal static class KlEstimate
{
    // Below this, exp(x) - 1 - x would cancel away the digits; the series is then exact to rounding.
    private const double Small = 1e-3;

    /// <summary>exp(x) - x - 1 for x = log r.</summary>
    internal static double K3(double x) =>
        Math.Abs(x) < Small
            ? x * x * ((1.0 / 2.0) + (x * ((1.0 / 6.0) + (x * ((1.0 / 24.0) + (x / 120.0))))))
            : Math.Exp(x) - x - 1.0;
}
