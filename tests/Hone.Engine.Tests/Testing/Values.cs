namespace Hone.Engine.Tests.Testing;

/// <summary>Seeded numbers, and the same numbers as doubles for the reference.</summary>
internal static class Values
{
    /// <summary>Floats of both signs, normally distributed.</summary>
    public static float[] Normal(int seed, int length, float scale = 1f)
    {
        var random = new Random(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = scale * (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Token ids below <paramref name="vocabulary"/>.</summary>
    public static int[] Tokens(int seed, int length, int vocabulary)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(vocabulary))];
    }

    public static double[] Doubles(this ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = values[i];
        }

        return doubles;
    }

    public static double[] Doubles(this float[] values) => Doubles((ReadOnlySpan<float>)values);

    public static float[] Floats(this double[] values) => [.. values.Select(value => (float)value)];

    public static double[] Absolute(this double[] values) => [.. values.Select(Math.Abs)];
}
