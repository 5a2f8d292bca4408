using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Kernels;

/// <summary>The scratch that is foretold for a run's sizes is the scratch that the kernels take.</summary>
public class ScratchTests
{
    public static TheoryData<KernelPath> All => Paths.All;

    // More rows than a chunk of logits has, and heads with norms: every kind of scratch comes to its most.
    [Theory]
    [MemberData(nameof(All))]
    public void Training_pass_takes_what_is_foretold(KernelPath path)
    {
        using KernelSet kernels = Paths.Open(path, 2);
        using Transformer model = TinyModels.Make("qwen3", kernels);
        TrainingBatch batch = TrainingBatch.Random(
            SequenceLayout.Independent([.. Enumerable.Repeat(61, 20)]), model.Config.VocabularySize);
        using ParameterSet gradients = new(model.Config);
        using var activations = new Activations(model.Config, ActivationMode.Keep);
        float[] logProbs = new float[batch.Rows.Length], entropies = new float[batch.Rows.Length];
        Assert.Equal(0, kernels.ScratchBytes);
        model.Forward(batch.Tokens, batch.Layout, activations);
        model.LogProbs(activations, batch.Rows, batch.Targets, logProbs, entropies);
        model.Backward(batch.Tokens, batch.Layout, activations, batch.Rows, batch.Targets, logProbs, gradients);
        Assert.Equal(Foretold(model, batch, path), kernels.ScratchBytes);
    }

    private static long Foretold(Transformer model, TrainingBatch batch, KernelPath path) => KernelSet.MostScratchBytesOnCpu(
        new ScratchSizes
        {
            Hidden = model.Config.HiddenSize, FeedForward = model.Config.IntermediateSize,
            Vocabulary = model.Config.VocabularySize, Heads = model.Heads, Parameters = model.Parameters.All.Length,
            PassTokens = batch.Tokens.Length, LongestSequence = batch.Layout.LongestSequence,
        },
        threads: 2, path);
}
