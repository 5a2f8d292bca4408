namespace Hone.Training.Optimization;

/// <summary>How the learning rate falls after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Stays at the peak.</summary>
    Constant,

    /// <summary>Falls in a straight line to the lowest rate at the last step.</summary>
    Linear,

    /// <summary>Falls along half a cosine to the lowest rate at the last step.</summary>
    Cosine,
}

/// <summary>Learning rate by step.</summary>
public static class LearningRate
{
    /// <summary>The rate of update <paramref name="step"/>, from 1, out of <paramref name="steps"/>.</summary>
    /// <param name="step">The update, from 1.</param>
    /// <param name="steps">All updates.</param>
    /// <param name="warmupSteps">Updates over which the rate rises in a straight line to the peak, which the last reaches.</param>
    /// <param name="peak">Highest rate.</param>
    /// <param name="lowestShare">The rate at the last step as a share of the peak, 0 to 1.</param>
    /// <param name="schedule">The way down.</param>
    public static double At(
        int step, int steps, int warmupSteps, double peak, double lowestShare, LearningRateSchedule schedule)
    {
        if (step <= warmupSteps)
        {
            return peak * step / warmupSteps;
        }

        double way = steps <= warmupSteps ? 1.0 : (double)(step - warmupSteps) / (steps - warmupSteps);
        double share = schedule switch
        {
            LearningRateSchedule.Linear => 1.0 - way,
            LearningRateSchedule.Cosine => 0.5 * (1.0 + Math.Cos(Math.PI * way)),
            _ => 1.0,
        };
        return peak * (lowestShare + ((1.0 - lowestShare) * share));
    }
}
