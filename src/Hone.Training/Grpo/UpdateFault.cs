namespace Hone.Training.Grpo;

/// <summary>An update that was not made, or that broke the weights.</summary>
/// <param name="Batch">The batch that it was on.</param>
/// <param name="Step">The update, from 1.</param>
/// <param name="Reason">What is wrong with its numbers, in words.</param>
public sealed record UpdateFault(RolloutBatch Batch, int Step, string Reason)
{
    /// <summary>Whether the run ends here; else the update was left out and the run goes on.</summary>
    public required bool Stops { get; init; }

    /// <summary>Whether the reason is a spike: all numbers are finite.</summary>
    public bool IsSpike { get; init; }

    /// <summary>Whether the weights are good to go on from: they are finite, and so is all that was sampled from them.</summary>
    public required bool WeightsAreGood { get; init; }

    /// <summary>The loss; NaN where it was not reached.</summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>Norm of the gradient before clipping; NaN where it was not reached.</summary>
    public double GradNorm { get; init; } = double.NaN;

    /// <summary>Gradient norms of the last updates that were made, oldest first.</summary>
    public IReadOnlyList<double> RecentNorms { get; init; } = [];
}
