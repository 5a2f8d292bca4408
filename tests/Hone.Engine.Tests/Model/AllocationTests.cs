using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>A warm step leaves nothing for the garbage collector.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData(1, ActivationMode.Keep)]
    [InlineData(2, ActivationMode.Keep)]
    [InlineData(2, ActivationMode.Recompute)]
    public void Warm_step_allocates_nothing(int threads, ActivationMode mode)
    {
        using KernelSet kernels = KernelSet.OnCpu(threads);
        foreach (string shape in TinyModels.Names)
        {
            using Transformer model = TinyModels.Make(shape, kernels);
            using ParameterSet gradients = new(model.Config), first = new(model.Config), second = new(model.Config);
            using var activations = new Activations(model.Config, mode);
            TrainingBatch batch = TrainingBatch.Random(
                new SequenceLayout([new(0, 20, -1), new(20, 7, 0), new(27, 30, 0), new(57, 5, -1)]),
                model.Config.VocabularySize);
            float[] logProbs = new float[batch.Rows.Length], entropies = new float[batch.Rows.Length];
            for (int step = 1; step <= 2; step++)
            {
                Step(step);
            }

            // The runtime allocates now and then on its own account, so the step with the least counts.
            long least = long.MaxValue;
            for (int step = 3; step < 60 && least > 0; step++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Step(step);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);

            void Step(int step)
            {
                model.Forward(batch.Tokens, batch.Layout, activations);
                model.LogProbs(activations, batch.Rows, batch.Targets, logProbs, entropies);
                model.Backward(
                    batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, logProbs, gradients);
                _ = kernels.SumOfSquares(gradients.All);
                kernels.AdamW(
                    model.Parameters.All, gradients.All, first.All, second.All, new AdamWStep(step, 1e-3, 0.9, 0.99, 1e-8), 1f, 0f);
                gradients.All.Clear();
                model.WeightsChanged();
            }
        }
    }
}
