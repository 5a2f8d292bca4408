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

    /// <summary>Checkpoints that were not ranked, for the log does not cover their windows.</summary>
    public const string CheckpointLeftOut = "checkpoint_left_out";

    /// <summary>A window begins where the log does.</summary>
    public const string WindowShortened = "window_shortened";

    /// <summary>Checkpoints whose folders the run deleted are ranked by the log alone.</summary>
    public const string CheckpointsDeleted = "checkpoints_deleted";

    /// <summary>The pick is one of those.</summary>
    public const string PickDeleted = "pick_deleted";
}
