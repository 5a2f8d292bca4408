using Hone.Training.Optimization;

namespace Hone.Cli.Configuration;

/// <summary>The `optimizer` section.</summary>
internal static class OptimizerSettings
{
    public static OptimizerOptions Read(ConfigSection section, OptimizerOptions defaults)
    {
        var options = new OptimizerOptions
        {
            LearningRate = section.Number("learning_rate", defaults.LearningRate),
            Schedule = Enum.Parse<LearningRateSchedule>(
                section.Choice("schedule", Name(defaults.Schedule), "constant", "linear", "cosine"), ignoreCase: true),
            WarmupSteps = section.Integer("warmup_steps", defaults.WarmupSteps),
            LowestShare = section.Number("lowest_share", defaults.LowestShare),
            Beta1 = section.Number("beta1", defaults.Beta1),
            Beta2 = section.Number("beta2", defaults.Beta2),
            Epsilon = section.Number("epsilon", defaults.Epsilon),
            WeightDecay = section.Number("weight_decay", defaults.WeightDecay),
            MaxGradNorm = section.Number("max_grad_norm", defaults.MaxGradNorm),
        };
        section.Report(options.Problems());
        return options;
    }

    private static string Name(LearningRateSchedule schedule) => schedule switch
    {
        LearningRateSchedule.Linear => "linear",
        LearningRateSchedule.Cosine => "cosine",
        _ => "constant",
    };
}
