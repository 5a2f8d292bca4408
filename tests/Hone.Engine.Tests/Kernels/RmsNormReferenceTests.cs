using Hone.Engine.Kernels.Reference;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class RmsNormReferenceTests
{
    private const double Epsilon = 0.01;

    [Fact]
    public void Two_numbers_are_the_norm_on_paper()
    {
        // mean(x^2) + epsilon = (9 + 16) / 2 + 12.5 = 25, so r = 1/5.
        double[] x = [3, 4], weight = [1, 2], dy = [5, 10], y = new double[2], dx = new double[2], dWeight = [1, 0];
        RmsNorm.Forward<double>(x, weight, 12.5, 1, 1, 2, 2, y);
        RmsNorm.Backward<double>(dy, x, weight, 12.5, 1, 1, 2, 2, dx, dWeight);

        // sum(w dy x) = 15 + 80 = 95; dx = w dy / 5 - x * 95 / 250.
        Near.Check("y (c)", [2], [0.6, 1.6], y, Tolerance.DoubleSum, "paper");
        Near.Check("dx (c)", [2], [1 - (3 * 0.38), 4 - (4 * 0.38)], dx, Tolerance.DoubleSum, "paper");
        Near.Check("dWeight (c)", [2], [4, 8], dWeight, Tolerance.DoubleSum, "paper");
    }

    [Theory]
    [InlineData(3, 1, 65, 65)] // the plain norm
    [InlineData(2, 3, 5, 19)] // three heads of five inside a wider row
    public void Gradients_are_those_of_differences(int T, int rows, int C, int stride)
    {
        double[] x = Values.Normal(1, T * stride).Doubles(), dy = Values.Normal(2, T * stride).Doubles();
        double[] weight = Values.Normal(3, C).Doubles();
        double[] dx = new double[T * stride], dWeight = new double[C];
        RmsNorm.Backward<double>(dy, x, weight, Epsilon, T, rows, C, stride, dx, dWeight);
        double Loss()
        {
            var y = new double[T * stride];
            RmsNorm.Forward<double>(x, weight, Epsilon, T, rows, C, stride, y);
            return GradientCheck.Dot(y, dy);
        }

        GradientCheck.Check("dx (t s)", [T, stride], x, dx, Loss);
        GradientCheck.Check("dWeight (c)", [C], weight, dWeight, Loss);
    }
}
