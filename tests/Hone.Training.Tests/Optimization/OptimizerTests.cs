using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Memory;
using Hone.Engine.Model;
using Hone.Training.Batches;
using Hone.Training.Optimization;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Optimization;

public sealed class OptimizerTests : IDisposable
{
    private const double Decay = 0.1;

    private readonly Kernels _kernels = Kernels.OnCpu(1);
    private readonly Transformer _model;

    public OptimizerTests() => _model = TinyPolicy.Make(_kernels);

    public void Dispose()
    {
        _model.Dispose();
        _kernels.Dispose();
    }

    // Clipping off, never reached, and reached in every step.
    [Theory]
    [InlineData(0.0)]
    [InlineData(1e6)]
    [InlineData(0.5)]
    public void Update_of_the_whole_model_is_the_formula(double maxNorm)
    {
        var options = new OptimizerOptions
        {
            LearningRate = 0.01, Schedule = LearningRateSchedule.Linear, WarmupSteps = 2, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6,
            WeightDecay = Decay, MaxGradNorm = maxNorm,
        };
        using var optimizer = new Optimizer(_model, options, steps: 5);
        Dictionary<string, double[][]> expected = _model.Parameters.Layout.Items.ToDictionary(
            item => item.Name,
            item => new[] { Near.Doubles(_model.Parameters[item.Name].Span), new double[item.Length], new double[item.Length] });
        double moved = 0;
        for (int step = 1; step <= 4; step++)
        {
            double rate = LearningRate.At(step, 5, 2, 0.01, 0, LearningRateSchedule.Linear);
            Assert.Equal(rate, optimizer.NextLearningRate);
            optimizer.Clear();
            double norm = Fill(optimizer.Gradients, step);
            double scale = maxNorm > 0 && norm > maxNorm ? maxNorm / norm : 1;
            foreach ((string name, double[][] state) in expected)
            {
                bool vector = name.EndsWith("norm.weight", StringComparison.Ordinal) || name.EndsWith(".bias", StringComparison.Ordinal);
                Formula(state, optimizer.Gradients[name].Span, scale, step, rate, vector ? 0 : Decay);
            }

            Assert.Equal(norm, optimizer.Update(), Tolerance.Rounding * norm);
            Assert.Equal(step, optimizer.Step);
            moved += rate;
        }

        Assert.All(expected, pair => Near.Check(pair.Key, pair.Value[0], _model.Parameters[pair.Key].Span, Tolerance.AdamW, moved));
    }

    [Fact]
    public void Decay_without_gradients_shrinks_matrices_and_nothing_else()
    {
        using Transformer before = TinyPolicy.Copy(_model, _kernels);
        using var optimizer = new Optimizer(
            _model, new OptimizerOptions { LearningRate = 0.5, WeightDecay = 0.5 }, steps: 1);
        Assert.Equal(0, optimizer.Update());
        int matrices = 0;
        foreach (ParameterInfo item in _model.Parameters.Layout.Items)
        {
            matrices += item.Shape.Length == 2 ? 1 : 0;
            float kept = item.Shape.Length == 2 ? 0.75f : 1f;
            float[] expected = [.. before.Parameters[item.Name].Span.ToArray().Select(value => value * kept)];
            Near.Exact(item.Name, expected, _model.Parameters[item.Name].Span);
        }

        Assert.Equal(2 + (7 * _model.Config.Layers), matrices);
    }

    [Fact]
    public void Passes_after_an_update_read_the_new_weights()
    {
        TokenGroup[] groups = [new([1, 2, 3], [[4, 5]])];
        float[] before = Passes.LogProbs(_model, groups);
        using var optimizer = new Optimizer(_model, new OptimizerOptions { LearningRate = 0.01 }, steps: 1);
        Fill(optimizer.Gradients, 1);
        optimizer.Update();
        using Transformer fresh = TinyPolicy.Copy(_model, _kernels);
        float[] after = Passes.LogProbs(_model, groups);
        Near.Exact("log-probabilities", Passes.LogProbs(fresh, groups), after);
        Assert.NotEqual(before, after);
    }

    private static double Fill(ITensorSet gradients, int seed)
    {
        double sum = 0;
        foreach (ParameterInfo item in gradients.Items)
        {
            Span<float> values = gradients[item.Name].Span;
            ulong stream = RandomNumbers.Seed((ulong)seed, RandomNumbers.Hash(item.Name));
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(RandomNumbers.Uniform(stream, i) - 0.5);
                sum += (double)values[i] * values[i];
            }
        }

        return Math.Sqrt(sum);
    }

    // Loshchilov and Hutter 2019, algorithm 2: parameter, first and second moment.
    private static void Formula(double[][] state, Span<float> gradient, double scale, int step, double rate, double decay)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double g = gradient[i] * scale;
            state[1][i] = (0.8 * state[1][i]) + (0.2 * g);
            state[2][i] = (0.95 * state[2][i]) + (0.05 * g * g);
            double first = state[1][i] / (1 - Math.Pow(0.8, step)), second = state[2][i] / (1 - Math.Pow(0.95, step));
            state[0][i] -= rate * ((first / (Math.Sqrt(second) + 1e-6)) + (decay * state[0][i]));
        }
    }
}
