namespace Hone.Engine.Tests.Testing;

/// <summary>Analytic gradients of the reference kernels against central differences, in double.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-4;

    /// <summary>Moves every element of <paramref name="x"/> and compares.</summary>
    /// <param name="what">Name of the gradient and its axes.</param>
    /// <param name="shape">Size of each axis.</param>
    /// <param name="x">The variable; it is put back.</param>
    /// <param name="gradient">What the kernel says of d loss / d x.</param>
    /// <param name="loss">Computes the loss from <paramref name="x"/> as it stands.</param>
    public static void Check(string what, int[] shape, double[] x, double[] gradient, Func<double> loss)
    {
        var differences = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            differences[i] = Difference(x, i, loss);
        }

        Near.Check(what, shape, differences, gradient, Tolerance.Gradient, "reference in double");
    }

    /// <summary>d loss / d x_i by two evaluations.</summary>
    public static double Difference(double[] x, int i, Func<double> loss)
    {
        double kept = x[i];
        x[i] = kept + Step;
        double up = loss();
        x[i] = kept - Step;
        double down = loss();
        x[i] = kept;
        return (up - down) / (2 * Step);
    }

    /// <summary>sum a_i b_i: a loss whose gradient with respect to a is b.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
