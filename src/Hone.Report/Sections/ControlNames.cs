using Hone.Selection;

namespace Hone.Report;

/// <summary>The controls of a ranking, and what is compared with them, in words.</summary>
internal static class ControlNames
{
    /// <summary>What a control goes by; its own name for one that is not known here.</summary>
    public static string Of(string control, RankingOptions options)
    {
        string percent = FormattableString.Invariant($"{options.HardestPercent}\u00A0%");
        return control switch
        {
            HeldOutComparison.Ugcs => "UGCS",
            HeldOutComparison.Chance => "any checkpoint, at random",
            RankingControls.BestMetric => "best validation metric",
            RankingControls.Last => "last checkpoint",
            RankingControls.TrainReward => "mean training reward",
            RankingControls.TopReward => $"highest {percent} by reward",
            RankingControls.LowReward => $"lowest {percent} by reward",
            RankingControls.Random => $"random {percent}",
            _ => control.Replace('_', ' '),
        };
    }
}
