namespace Hone.Engine.Model.Lora;

/// <summary>
/// Low-rank adapters (Hu et al. 2021, arXiv 2106.09685): y = W x + scale * B (A x), with W frozen, A (r, in) and B (out, r).
/// </summary>
public sealed record LoraConfig
{
    /// <summary>r, from 1.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scale; above 0.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Share of A's inputs that a training pass leaves out, 0 to below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the scale is alpha / sqrt(r) instead of alpha / r (Kalajdzievski 2023, arXiv 2312.03732).</summary>
    public bool RankStabilized { get; init; }

    /// <summary>The adapted projections, the same in every block.</summary>
    public IReadOnlyList<LoraTarget> Targets { get; init; } = LoraTargets.All;

    /// <summary>What B (A x) is multiplied with.</summary>
    public double Scale => RankStabilized ? Alpha / Math.Sqrt(Rank) : Alpha / Rank;

    /// <summary>Everything that is wrong, as "key is value, expected range".</summary>
    public IEnumerable<string> Problems()
    {
        if (Rank < 1)
        {
            yield return $"rank is {Rank}, expected 1 or more";
        }

        if (!(Alpha > 0 && double.IsFinite(Alpha)))
        {
            yield return $"alpha is {Alpha}, expected a number above 0";
        }

        if (!(Dropout >= 0 && Dropout < 1))
        {
            yield return $"dropout is {Dropout}, expected 0 to below 1";
        }

        if (Targets.Count == 0)
        {
            yield return $"target_modules is empty, expected some of {string.Join(", ", LoraTargets.Names)}, or {LoraTargets.AllName}";
        }
    }
}
