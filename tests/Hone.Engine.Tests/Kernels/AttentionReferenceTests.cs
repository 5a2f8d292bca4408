using Hone.Engine.Kernels;
using Hone.Engine.Kernels.Reference;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class AttentionReferenceTests
{
    [Fact]
    public void Two_tokens_are_the_mixture_on_paper()
    {
        // D = 4, so scores are halved. Token 1's query meets key 0 with 2 ln 3 and its own with 0: weights 3/4 and 1/4.
        double ln3 = Math.Log(3);
        double[] qkv =
        [
            9, 9, 9, 9, ln3, 0, 0, 0, 4, 0, 0, 8, // token 0: query, key, value
            2, 5, 0, 0, 0, 0, 7, 7, 0, 4, 0, 0, // token 1
        ];
        var output = new double[8];
        Attention.Forward<double>(qkv, SequenceLayout.Independent(2), new HeadShape(1, 1, 4), 0, output);
        Near.Check("out (t d)", [2, 4], [4, 0, 0, 8, 3, 1, 0, 6], output, Tolerance.DoubleSum, "paper");

        // dOut . v0 = 4, dOut . v1 = 0: the mean is 3 and the scores' gradients are 3/4 (4-3)/2 and 1/4 (0-3)/2, 3/8
        // each way.
        double[] dqkv = new double[24], dOut = [0, 0, 0, 0, 1, 0, 0, 0];
        Attention.Backward<double>(dOut, qkv, SequenceLayout.Independent(2), new HeadShape(1, 1, 4), 0, dqkv);
        double[] expected =
        [
            0, 0, 0, 0, 0.75, 1.875, 0, 0, 0.75, 0, 0, 0,
            0.375 * ln3, 0, -2.625, -2.625, -0.75, -1.875, 0, 0, 0.25, 0, 0, 0,
        ];
        Near.Check("dqkv (t q)", [2, 12], expected, dqkv, Tolerance.DoubleSum, "paper");
    }

    [Theory]
    [InlineData(2, 2, 4, 0)]
    [InlineData(4, 2, 6, 0)] // two query heads to a key head
    [InlineData(3, 1, 2, 0)]
    [InlineData(2, 1, 4, 2)]
    public void Gradient_is_that_of_differences(int heads, int keyHeads, int headSize, int window)
    {
        var shape = new HeadShape(heads, keyHeads, headSize);
        var layout = new SequenceLayout([new(0, 3, -1), new(3, 2, 0), new(5, 1, 0), new(6, 4, -1)]);
        double[] qkv = Values.Normal(1, 10 * shape.RowWidth).Doubles();
        double[] dOut = Values.Normal(2, 10 * heads * headSize).Doubles(), dqkv = new double[qkv.Length];
        Attention.Backward<double>(dOut, qkv, layout, shape, window, dqkv);
        GradientCheck.Check("dqkv (t q)", [10, shape.RowWidth], qkv, dqkv, () =>
        {
            var output = new double[dOut.Length];
            Attention.Forward<double>(qkv, layout, shape, window, output);
            return GradientCheck.Dot(output, dOut);
        });
    }

    [Fact]
    public void Window_of_two_is_each_token_with_the_one_before()
    {
        // Token 2 sees tokens 1 and 2 alone: scores 2 ln 3 / 2 and 0, weights 3/4 and 1/4, whatever token 0 holds.
        double ln3 = Math.Log(3);
        double[] qkv =
        [
            0, 0, 0, 0, 99, 99, 99, 99, 99, 99, 99, 99, // token 0: query, key, value
            0, 0, 0, 0, ln3, 0, 0, 0, 4, 0, 0, 8,
            2, 5, 0, 0, 0, 0, 7, 7, 0, 4, 0, 0,
        ];
        var output = new double[12];
        Attention.Forward<double>(qkv, SequenceLayout.Independent(3), new HeadShape(1, 1, 4), 2, output);
        Near.Check("out (d)", [4], [3, 1, 0, 6], output.AsSpan(8), Tolerance.DoubleSum, "paper");
    }

    [Fact]
    public void Shared_prefix_is_the_prefix_repeated()
    {
        Prefixed shared = Prefixed.Shared(new HeadShape(4, 2, 4));
        double[] expected = new double[shared.Repeated.Tokens * shared.OutputWidth];
        double[] actual = new double[shared.Layout.Tokens * shared.OutputWidth];
        Attention.Forward<double>(
            shared.Repeat(shared.Qkv, shared.Shape.RowWidth).Doubles(), shared.Repeated, shared.Shape, 0, expected);
        Attention.Forward<double>(shared.Qkv.Doubles(), shared.Layout, shared.Shape, 0, actual);
        for (int t = 0; t < shared.Repeated.Tokens; t++)
        {
            int from = shared.SourceOf[t];
            Assert.Equal(
                expected.AsSpan(t * shared.OutputWidth, shared.OutputWidth),
                actual.AsSpan(from * shared.OutputWidth, shared.OutputWidth));
        }
    }
}
