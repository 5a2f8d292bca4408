using Hone.Selection;

namespace Hone.Training.Ranking;

/// <summary>What a run makes of its own UGCS scores.</summary>
public sealed record RunRankingOptions
{
    /// <summary>p and delta; the reading is the paper's.</summary>
    public RankingOptions Method { get; init; } = new();

    /// <summary>How many of the best checkpoints are kept beside the newest; 0 keeps all.</summary>
    public int KeepBest { get; init; }

    /// <summary>When the run stops early; null for never.</summary>
    public PlateauRule? Stop { get; init; }
}
