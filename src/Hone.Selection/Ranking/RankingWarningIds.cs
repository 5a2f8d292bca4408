namespace Hone.Selection;

/// <summary>Identifiers of the warnings beside a ranking.</summary>
public static class RankingWarningIds
{
    /// <summary>A window has no usable records; its checkpoint has no score.</summary>
    public const string NoRecords = "no_records";

    /// <summary>All rewards of a window are equal, so uncertainty cannot tell anything apart.</summary>
    public const string ConstantReward = "constant_reward";

    /// <summary>Checkpoints are closer than delta, so their windows share records.</summary>
    public const string WindowsOverlap = "windows_overlap";

    /// <summary>Several checkpoints share the highest score.</summary>
    public const string TiedPick = "tied_pick";

    /// <summary>The reference code's reading without reference log-probabilities; the policy's were used.</summary>
    public const string ReferenceMissing = "reference_missing";

    /// <summary>Records left out because their uncertainty is not a finite number.</summary>
    public const string AnllNotFinite = "anll_not_finite";

    /// <summary>Records left out because their reward is not a finite number.</summary>
    public const string RewardNotFinite = "reward_not_finite";
}
