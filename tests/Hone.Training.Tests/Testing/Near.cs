using System.Globalization;
using Hone.Engine.Memory;
using Hone.Engine.Model;

namespace Hone.Training.Tests.Testing;

/// <summary>Comparison of tensors: bit by bit, or as a share of the largest expected value.</summary>
internal static class Near
{
    /// <summary>Fails where a difference is more than the tolerance times <paramref name="scale"/>; reports what was used.</summary>
    /// <param name="what">Name of the tensor.</param>
    /// <param name="expected">What should be there.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="tolerance">A named tolerance.</param>
    /// <param name="scale">What the tolerance is a share of; the largest expected value where not given.</param>
    public static void Check(
        string what, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, double? scale = null)
    {
        Assert.Equal(expected.Length, actual.Length);
        double size = scale ?? Largest(expected), worst = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double used = expected[i].Equals(actual[i]) ? 0 : Math.Abs(expected[i] - actual[i]) / (tolerance * size);
            if (!(used <= worst))
            {
                (worst, at) = (double.IsNaN(used) ? double.PositiveInfinity : used, i);
            }
        }

        string budget = string.Create(
            CultureInfo.InvariantCulture, $"{what}: difference {worst * tolerance:g3}, {100 * worst:0.##} % of the tolerance");
        if (!(worst <= 1))
        {
            Assert.Fail(string.Create(
                CultureInfo.InvariantCulture, $"{budget}. At {at}: expected {expected[at]:g9}, got {actual[at]:g9}."));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(budget);
    }

    /// <summary>As the other, for results in float.</summary>
    public static void Check(
        string what, ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, double? scale = null) =>
        Check(what, expected, Doubles(actual), tolerance, scale);

    /// <summary>Fails at the first difference in bits.</summary>
    public static void Exact(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail(string.Create(
                    CultureInfo.InvariantCulture, $"{what}: expected {expected[i]:g9}, got {actual[i]:g9} at {i}: not the same bits."));
            }
        }
    }

    /// <summary>Compares every tensor in bits, but for those that are named.</summary>
    public static void Exact(string what, ITensorSet expected, ITensorSet actual, params ReadOnlySpan<string> except)
    {
        foreach (ParameterInfo item in expected.Items)
        {
            if (!except.Contains(item.Name))
            {
                Exact($"{what} {item.Name}", expected[item.Name].Span, actual[item.Name].Span);
            }
        }
    }

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = values[i];
        }

        return doubles;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
