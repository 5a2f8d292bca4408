namespace Hone.Selection;

/// <summary>One checkpoint's score in one cell of a sweep.</summary>
/// <param name="Step">The checkpoint.</param>
/// <param name="Score">Mean reward of its hard set; null for a window without records.</param>
/// <param name="Low">Lower end of the score's 95 % bootstrap interval; null where the window has fewer than two
/// steps.</param>
/// <param name="High">Upper end of that interval.</param>
/// <param name="ProbabilityBest">Share of replicates in which it scores highest; null without a score.</param>
/// <param name="Hard">n, the units of its hard set.</param>
/// <param name="Samples">N, the units of its window.</param>
public readonly record struct SweepScore(
    int Step, double? Score, double? Low, double? High, double? ProbabilityBest, int Hard, int Samples);

/// <summary>How repeatable a cell's ranking is: the reliability of its score curve by split halves.</summary>
/// <param name="Value">In [-1, 1]: 1 for a curve that two halves of the prompts agree on, 0 for one they do not.</param>
/// <param name="Low">Lower end of its 95 % interval, which says how little a few checkpoints can show.</param>
/// <param name="High">Upper end of that interval.</param>
public readonly record struct SweepStability(double Value, double Low, double High);

/// <summary>One pair of p and delta.</summary>
/// <param name="HardestPercent">p.</param>
/// <param name="WindowSteps">delta.</param>
/// <param name="Curve">Every checkpoint's score, in step order.</param>
/// <param name="Pick">Step of the highest score, ties to the later; null if no window has records.</param>
/// <param name="ProbabilityBest">The pick's probability of being best.</param>
/// <param name="Stability">By split halves; null where it is not defined: fewer than three checkpoints with scores, one prompt,
/// or equal scores.</param>
public sealed record SweepCell(
    double HardestPercent, int WindowSteps, IReadOnlyList<SweepScore> Curve, int? Pick, double? ProbabilityBest,
    SweepStability? Stability)
{
    /// <summary>Whether it prefers some checkpoint: two or more have scores, and these are not all equal. Else its pick is the
    /// latest for being the latest.</summary>
    public bool Prefers
    {
        get
        {
            double[] scores = [.. Curve.Where(point => point.Score is double score && double.IsFinite(score)).Select(point => point.Score!.Value)];
            return scores.Length > 1 && !HighestPick.IsTie(scores.Max(), scores.Min());
        }
    }
}

/// <summary>What a sweep's stabilities come to.</summary>
public enum SweepVerdict
{
    /// <summary>No cell has scores of two checkpoints: there is nothing to choose between.</summary>
    OneCheckpoint,

    /// <summary>In every cell all checkpoints score the same.</summary>
    EqualScores,

    /// <summary>No cell has a stability: nothing can be recommended over the default.</summary>
    Unknown,

    /// <summary>No cell ranks checkpoints more repeatably than chance would.</summary>
    NoSignal,

    /// <summary>One cell has a stability, the grid's only one as a rule: there is none to compare it with.</summary>
    OneCell,

    /// <summary>All cells are within noise of the most stable one.</summary>
    Flat,

    /// <summary>Some cells are less stable than the most stable one by more than noise.</summary>
    Differs,
}

/// <summary>The pair to use, by stability alone; no held-out result is looked at.</summary>
/// <param name="HardestPercent">p.</param>
/// <param name="WindowSteps">delta.</param>
/// <param name="Verdict">Whether the choice matters.</param>
/// <param name="WithinNoise">Cells, by index, whose intervals reach the most stable one's value or come within 0.05 of it.</param>
public sealed record SweepRecommendation(
    double HardestPercent, int WindowSteps, SweepVerdict Verdict, IReadOnlyList<int> WithinNoise);

/// <summary>UGCS over a grid of p and delta.</summary>
/// <param name="HardestPercents">The p, ascending.</param>
/// <param name="WindowSteps">The delta, ascending.</param>
/// <param name="Steps">The checkpoints, ascending.</param>
/// <param name="Cells">(deltas * percents) cells, delta by delta.</param>
/// <param name="ModalPick">The checkpoint that most of the cells that prefer one pick, the later of several; null where no cell
/// picks.</param>
/// <param name="PickAgreement">Share of the cells that prefer a checkpoint that pick it; null where fewer than two do.</param>
/// <param name="MeanCorrelation">Mean of Spearman's rank correlation over pairs of score curves with three checkpoints or more;
/// null where none is defined.</param>
/// <param name="Recommended">Which pair to use.</param>
/// <param name="Uncertainty">Whose log-probabilities were used.</param>
public sealed record SweepResult(
    IReadOnlyList<double> HardestPercents, IReadOnlyList<int> WindowSteps, IReadOnlyList<int> Steps,
    IReadOnlyList<SweepCell> Cells, int? ModalPick, double? PickAgreement, double? MeanCorrelation,
    SweepRecommendation Recommended, UncertaintySource Uncertainty)
{
    /// <summary>The cell of a percent and a window, by their places in the lists.</summary>
    /// <param name="window">Index into <see cref="WindowSteps"/>.</param>
    /// <param name="percent">Index into <see cref="HardestPercents"/>.</param>
    public SweepCell Cell(int window, int percent) => Cells[(window * HardestPercents.Count) + percent];
}
