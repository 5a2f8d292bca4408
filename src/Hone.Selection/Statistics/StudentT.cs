namespace Hone.Selection;

/// <summary>Student's t distribution for any number of degrees of freedom, and the normal distribution.</summary>
internal static class StudentT
{
    private const double Precise = 1e-14;

    // Lanczos' coefficients for g = 5 and six terms; relative error below 2e-10.
    private static readonly double[] Lanczos =
    [
        76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5,
    ];

    /// <summary>The value that a t variable exceeds with a given probability.</summary>
    /// <param name="tail">In (0, 0.5].</param>
    /// <param name="freedom">Degrees of freedom, above 0.</param>
    public static double Upper(double tail, double freedom)
    {
        // P(T > t) = I_x(v / 2, 1 / 2) / 2 with x = v / (v + t^2) (Abramowitz and Stegun, 26.7.1), and it falls with t.
        double low = 0.0;
        double high = 1.0;
        while (Beyond(high, freedom) > tail)
        {
            high *= 2.0;
        }

        while (high - low > Precise * high)
        {
            double middle = 0.5 * (low + high);
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = Beyond(middle, freedom) > tail ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>P(Z > z) of a normal variable, to 1e-7.</summary>
    public static double NormalTail(double z)
    {
        // Abramowitz and Stegun, 26.2.17.
        double t = 1.0 / (1.0 + (0.2316419 * Math.Abs(z)));
        double tail = Math.Exp(-0.5 * z * z) / Math.Sqrt(2.0 * Math.PI) * t * (0.319381530
            + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z >= 0.0 ? tail : 1.0 - tail;
    }

    private static double Beyond(double t, double freedom) =>
        0.5 * BetaShare(freedom / (freedom + (t * t)), 0.5 * freedom, 0.5);

    /// <summary>The regularised incomplete beta function I_x(a, b).</summary>
    private static double BetaShare(double x, double a, double b)
    {
        if (x is <= 0.0 or >= 1.0)
        {
            return x <= 0.0 ? 0.0 : 1.0;
        }

        double front = Math.Exp(
            LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1.0 - x)));
        return x < (a + 1.0) / (a + b + 2.0)
            ? front * Fraction(x, a, b) / a
            : 1.0 - (front * Fraction(1.0 - x, b, a) / b);
    }

    // The continued fraction of Abramowitz and Stegun, 26.5.8, by Lentz's method.
    private static double Fraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        const int Most = 10_000;
        double c = 1.0;
        double d = 1.0 / Away(1.0 - ((a + b) * x / (a + 1.0)));
        double value = d;
        for (int m = 1; m <= Most; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1.0) * (a + (2 * m)));
            d = 1.0 / Away(1.0 + (even * d));
            c = Away(1.0 + (even / c));
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1.0));
            d = 1.0 / Away(1.0 + (odd * d));
            c = Away(1.0 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1.0) < Precise)
            {
                break;
            }
        }

        return value;

        static double Away(double number) => Math.Abs(number) < Tiny ? Tiny : number;
    }

    private static double LogGamma(double x)
    {
        double sum = 1.000000000190015;
        for (int i = 0; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x + i + 1.0);
        }

        double shifted = x + 5.5;
        return ((x + 0.5) * Math.Log(shifted)) - shifted + Math.Log(Math.Sqrt(2.0 * Math.PI) * sum / x);
    }
}
