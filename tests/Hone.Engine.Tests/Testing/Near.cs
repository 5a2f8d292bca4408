using System.Globalization;

namespace Hone.Engine.Tests.Testing;

/// <summary>Comparison of tensors. A failure says where, both values, and how much of the tolerance was used.</summary>
internal static class Near
{
    /// <summary>Compares with a tolerance. NaN equals only NaN.</summary>
    /// <param name="what">Name and axes, such as "dx (t c)".</param>
    /// <param name="shape">Size of each axis; their product is the number of elements.</param>
    /// <param name="expected">What should be there, in double.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="tolerance">A named tolerance.</param>
    /// <param name="where">Path, sizes and seed.</param>
    /// <param name="scale">One scale per element; where empty, the largest expected value for all.</param>
    public static void Check(
        string what, int[] shape, ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, Tolerance tolerance,
        string where, ReadOnlySpan<double> scale = default)
    {
        var values = new double[actual.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = actual[i];
        }

        Check(what, shape, expected, values, tolerance, where, scale);
    }

    /// <summary>As the other, for results in double.</summary>
    public static void Check(
        string what, int[] shape, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, Tolerance tolerance,
        string where, ReadOnlySpan<double> scale = default)
    {
        Assert.Equal(shape.Aggregate(1, (product, size) => product * size), expected.Length);
        Assert.Equal(expected.Length, actual.Length);
        double largest = Largest(expected), worst = 0, sum = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double used = Used(expected[i], actual[i], tolerance, scale.IsEmpty ? largest : scale[i]);
            sum += Math.Abs(expected[i] - actual[i]);
            if (used > worst)
            {
                (worst, at) = (used, i);
            }
        }

        string budget = string.Create(
            CultureInfo.InvariantCulture, $"{what}: {100 * worst:0.##} % of {tolerance.Name}, {where}");
        if (worst > 1)
        {
            Assert.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"{budget}. At {Place(at, shape)}: expected {expected[at]:g9}, got {actual[at]:g9}; mean difference {sum / expected.Length:g3}."));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(budget);
    }

    /// <summary>Compares bits.</summary>
    public static void Exact(
        string what, int[] shape, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string where)
    {
        Assert.Equal(shape.Aggregate(1, (product, size) => product * size), expected.Length);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}: not Exact, {where}. At {Place(i, shape)}: expected {expected[i]:g9}, got {actual[i]:g9}."));
            }
        }
    }

    // The part of the tolerance that a difference uses; infinite where a NaN or an infinity stands on one side only.
    private static double Used(double expected, double actual, Tolerance tolerance, double scale)
    {
        if (expected.Equals(actual))
        {
            return 0;
        }

        double budget = (tolerance.Relative * Math.Abs(expected)) + (tolerance.Scaled * scale);
        double used = Math.Abs(expected - actual) / budget;
        return double.IsNaN(used) ? double.PositiveInfinity : used;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = double.IsNaN(value) ? largest : Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    private static string Place(int index, int[] shape)
    {
        var place = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (index, place[axis]) = Math.DivRem(index, shape[axis]);
        }

        return $"({string.Join(", ", place)})";
    }
}
