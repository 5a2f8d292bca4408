using Hone.Engine.Kernels.Reference;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

public class MatMulReferenceTests
{
    private const int T = 3, I = 7, O = 5;
    private readonly double[] _x = Values.Normal(1, T * I).Doubles();
    private readonly double[] _weight = Values.Normal(2, O * I).Doubles();
    private readonly double[] _bias = Values.Normal(3, O).Doubles();
    private readonly double[] _dy = Values.Normal(4, T * O).Doubles();

    [Fact]
    public void Two_by_three_is_the_product_on_paper()
    {
        double[] x = [1, 2, 3, 4, 5, 6], weight = [1, 0, -1, 2, 1, 0], bias = [10, 20], dy = [1, 2, 3, 4];
        double[] y = new double[4], dx = new double[6], dWeight = [100, 0, 0, 0, 0, 0], dBias = [100, 0];
        MatMul.Forward<double>(x, weight, bias, 2, 3, 2, y);
        MatMul.BackwardInput<double>(dy, weight, 2, 3, 2, dx);
        MatMul.BackwardWeight<double>(dy, x, 2, 3, 2, dWeight);
        MatMul.BackwardBias<double>(dy, 2, 2, dBias);
        Assert.Equal([8, 24, 8, 33], y);
        Assert.Equal([5, 2, -1, 11, 4, -3], dx);
        Assert.Equal([113, 17, 21, 18, 24, 30], dWeight);
        Assert.Equal([104, 6], dBias);
    }

    [Fact]
    public void Input_gradient_is_that_of_differences()
    {
        var dx = new double[T * I];
        MatMul.BackwardInput<double>(_dy, _weight, T, I, O, dx);
        GradientCheck.Check("dx (t i)", [T, I], _x, dx, Loss);
    }

    [Fact]
    public void Weight_gradient_is_that_of_differences()
    {
        var dWeight = new double[O * I];
        MatMul.BackwardWeight<double>(_dy, _x, T, I, O, dWeight);
        GradientCheck.Check("dWeight (o i)", [O, I], _weight, dWeight, Loss);
    }

    [Fact]
    public void Bias_gradient_is_that_of_differences()
    {
        var dBias = new double[O];
        MatMul.BackwardBias<double>(_dy, T, O, dBias);
        GradientCheck.Check("dBias (o)", [O], _bias, dBias, Loss);
    }

    private double Loss()
    {
        var y = new double[T * O];
        MatMul.Forward<double>(_x, _weight, _bias, T, I, O, y);
        return GradientCheck.Dot(y, _dy);
    }
}
