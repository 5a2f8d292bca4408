using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class ElementwiseTests
{
    // Up to two registers and one more, then around the stretch of 16384 that a thread takes at a time.
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 34), 16383, 16384, 16385, 50000];

    public static TheoryData<KernelPath> All => Paths.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Add_is_the_reference_bit_for_bit(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int length in Lengths)
        {
            using var memory = new TestMemory();
            float[] x = Values.Normal(1, length), expected = Values.Normal(2, length);
            Tensor y = memory.Of(expected);
            kernels.Add(memory.Of(x), y);
            Add.Forward<float>(x, expected);
            Near.Exact("y (n)", [length], expected, y.Span, $"{path}, n {length}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sum_of_squares_is_the_reference(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 3);
        foreach (int length in Lengths)
        {
            using var memory = new TestMemory();
            float[] x = Values.Normal(3, length, 1e-3f);
            double[] expected = [SumOfSquares.Forward<double>(x.Doubles())];
            double[] actual = [kernels.SumOfSquares(memory.Of(x))];
            Near.Check("sum", [1], expected, actual, Tolerance.DoubleSum, $"{path}, n {length}");
        }
    }

    [Fact]
    public void Sum_of_squares_is_the_same_on_every_path_and_thread_count()
    {
        float[] x = Values.Normal(4, 50000);
        using var memory = new TestMemory();
        Tensor tensor = memory.Of(x);
        IEnumerable<double> sums =
            from path in Enum.GetValues<KernelPath>()
            from threads in (int[])[1, 2, 3]
            select Sum(path, threads, tensor);
        Assert.Single(sums.Distinct());
    }

    [Fact]
    public void Sum_of_squares_of_three_and_four_is_25() =>
        Assert.Equal(25.0, SumOfSquares.Forward<double>([3, 4]));

    private static double Sum(KernelPath path, int threads, Tensor tensor)
    {
        using KernelSet kernels = Paths.Open(path, threads);
        return kernels.SumOfSquares(tensor);
    }
}
