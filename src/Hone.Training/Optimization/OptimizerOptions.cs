namespace Hone.Training.Optimization;

/// <summary>AdamW and its learning rate.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Peak learning rate; above 0.</summary>
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>The way down after the warm-up.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Updates of rising rate; 0 starts at the peak.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The last step's rate as a share of the peak, 0 to 1, for the falling schedules.</summary>
    public double LowestShare { get; init; }

    /// <summary>Decay of the first moment, 0 to 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment, 0 to 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay of matrices; norms and biases do not decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of the whole gradient; a longer one is scaled down to it. 0 does not clip.</summary>
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Everything that is wrong, as "key is value, expected range".</summary>
    public IEnumerable<string> Problems()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            yield return $"learning_rate is {LearningRate}, expected a number above 0";
        }

        if (WarmupSteps < 0)
        {
            yield return $"warmup_steps is {WarmupSteps}, expected 0 or more";
        }

        if (!(LowestShare >= 0 && LowestShare <= 1))
        {
            yield return $"lowest_share is {LowestShare}, expected 0 to 1";
        }

        if (!(Beta1 >= 0 && Beta1 < 1) || !(Beta2 >= 0 && Beta2 < 1))
        {
            yield return $"beta1 and beta2 are {Beta1} and {Beta2}, expected 0 to below 1";
        }

        if (!(Epsilon > 0))
        {
            yield return $"epsilon is {Epsilon}, expected a number above 0";
        }

        if (!(WeightDecay >= 0) || !(MaxGradNorm >= 0))
        {
            yield return $"weight_decay and max_grad_norm are {WeightDecay} and {MaxGradNorm}, expected 0 or more";
        }
    }
}
