namespace Hone.Engine.Kernels;

/// <summary>The sizes that decide how much scratch the kernels take in a training run.</summary>
public sealed record ScratchSizes
{
    /// <summary>Hidden size, C.</summary>
    public required int Hidden { get; init; }

    /// <summary>Feed-forward size, F.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Vocabulary, V.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Head dimensions.</summary>
    public required HeadShape Heads { get; init; }

    /// <summary>Parameters of the model.</summary>
    public long Parameters { get; init; }

    /// <summary>Inputs and outputs of the matrices whose gradients are taken; all of the model's where not given.</summary>
    public IReadOnlyList<(int Inputs, int Outputs)>? TrainedMatrices { get; init; }

    /// <summary>Tokens of the largest pass with a backward pass, T.</summary>
    public long PassTokens { get; init; }

    /// <summary>Tokens of the longest sequence.</summary>
    public int LongestSequence { get; init; }

    /// <summary>Whether tokens are drawn.</summary>
    public bool Samples { get; init; }
}
