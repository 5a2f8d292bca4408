using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Memory;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class EmbeddingTests
{
    public static TheoryData<KernelPath> All => Paths.All;

    [Fact]
    public void Rows_are_those_on_paper()
    {
        double[] table = [1, 2, 3, 4, 5, 6], x = new double[6], dTable = [0, 0, 0, 0, 100, 0];
        Embedding.Forward<double>([2, 0, 2], table, 2, x);
        Embedding.Backward<double>([2, 0, 2], [1, 2, 3, 4, 5, 6], 2, dTable);
        Assert.Equal([5, 6, 1, 2, 5, 6], x);
        Assert.Equal([3, 4, 0, 0, 106, 8], dTable);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Both_passes_are_the_reference(KernelPath path)
    {
        const int V = 7;
        using KernelSet kernels = Paths.Open(path, 2);
        foreach (int C in Enumerable.Range(1, 34))
        {
            foreach (int T in (int[])[0, 1, 20])
            {
                int[] tokens = Values.Tokens(T, T, V);
                float[] table = Values.Normal(1, V * C), dx = Values.Normal(2, T * C), before = Values.Normal(3, V * C);
                float[] expected = new float[T * C];
                double[] dTable = before.Doubles(), terms = before.Doubles().Absolute();
                Embedding.Forward<float>(tokens, table, C, expected);
                Embedding.Backward<double>(tokens, dx.Doubles(), C, dTable);
                Embedding.Backward<double>(tokens, dx.Doubles().Absolute(), C, terms);
                using var memory = new TestMemory();
                Tensor x = memory.Output(T * C), added = memory.Of(before);
                kernels.Embedding(tokens, memory.Of(table), C, x);
                kernels.EmbeddingBackward(tokens, memory.Of(dx), C, added);
                Near.Exact("x (t c)", [T, C], expected, x.Span, $"{path}, T {T}");
                Near.Check(
                    "dTable (v c)", [V, C], dTable, added.Span, Tolerance.Reduction(T + 1), $"{path}, T {T}", terms);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Packed_rows_are_the_rows(KernelPath path)
    {
        const int V = 35;
        using KernelSet kernels = Paths.Open(path, 2);
        int[] tokens = [34, 0, 15, 16, 31, 32, 16];
        foreach (int C in (int[])[1, 18, 300])
        {
            float[] table = [.. Values.Normal(1, V * C).Select(
                value => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xffff0000))];
            float[] expected = new float[tokens.Length * C];
            Embedding.Forward<float>(tokens, table, C, expected);
            foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
            {
                using var memory = new TestMemory();
                using var packed = new PackedMatrix(V, C, format);
                kernels.Pack(memory.Of(table), packed);
                Tensor x = memory.Output(expected.Length);
                kernels.Embedding(tokens, packed, x);
                Near.Exact("x (t c)", [tokens.Length, C], expected, x.Span, $"{path}, {format}");
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Token_outside_the_table_is_refused(int token)
    {
        using KernelSet kernels = Paths.Open(KernelPath.Reference);
        using var memory = new TestMemory();
        Tensor table = memory.Zeros(6), x = memory.Zeros(2);
        using var packed = new PackedMatrix(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.Embedding([token], packed, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.Embedding([token], table, 2, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.EmbeddingBackward([token], x, 2, table));
    }
}
