using Hone.Engine.Kernels.Cpu;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public unsafe class ExponentialTests
{
    private const int Points = 200_000;

    // Every float range of interest: the whole domain evenly, and the neighbourhood of zero finely.
    private static readonly float[] Arguments =
    [
        .. Enumerable.Range(0, Points).Select(i => -87.33f + (i * (175.3f / Points))),
        .. Enumerable.Range(0, Points).Select(i => (i - (Points / 2)) * 1e-6f),
    ];

    [Fact]
    public void Values_are_those_of_the_standard_library()
    {
        double[] expected = [.. Arguments.Select(x => Math.Exp(x))];
        Near.Check(
            "exp", [Arguments.Length], expected, Of<Lanes1>(Arguments), Tolerance.Elementwise, "one lane", expected);
    }

    [Fact]
    public void Zero_gives_one() => Assert.Equal(1f, Of<Lanes1>([0f])[0]);

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        float[] expected = Of<Lanes1>(Arguments);
        int[] shape = [Arguments.Length];
        Near.Exact("exp", shape, expected, Of<Lanes128>(Arguments), "4 lanes");
        Near.Exact("exp", shape, expected, Of<Lanes256>(Arguments), "8 lanes");
        Near.Exact("exp", shape, expected, Of<Lanes512>(Arguments), "16 lanes");
    }

    [Fact]
    public void Every_lane_gives_the_same_bits()
    {
        // Sixteen copies of one argument, then the same shifted through the lanes beside others.
        float[] window = Arguments[1000..1031];
        float[] expected = Of<Lanes1>(window);
        for (int shift = 0; shift < 16; shift++)
        {
            float[] part = window[shift..(shift + 16)];
            Near.Exact("exp", [16], expected.AsSpan(shift, 16), Of<Lanes512>(part), $"shift {shift}");
        }
    }

    [Fact]
    public void Arguments_beyond_the_range_stay_finite()
    {
        float[] values = Of<Lanes256>(
            [float.NegativeInfinity, -1e30f, -100, -87.4f, 88.1f, 100, 1e30f, float.PositiveInfinity]);
        Assert.All(values[..4], value => Assert.InRange(value, 0f, 1.2e-38f));
        Assert.All(values[4..], value => Assert.InRange(value, 1.6e38f, float.MaxValue));
    }

    private static float[] Of<TLanes>(float[] x)
        where TLanes : struct, ILanes<TLanes>
    {
        var y = new float[x.Length];
        fixed (float* from = x, to = y)
        {
            for (int i = 0; i < x.Length; i += TLanes.Count)
            {
                Exponential.Of(TLanes.Load(from + i)).Store(to + i);
            }
        }

        return y;
    }
}
