namespace Hone.Selection;

/// <summary>How a way to choose a checkpoint fared on held-out values.</summary>
/// <param name="Name">"ugcs", a name of <see cref="RankingControls"/>, or <see cref="HeldOutComparison.Chance"/>.</param>
/// <param name="Step">The checkpoint it picks, ties to the later one, or picks most often; null for a draw at random, or where it
/// picks none.</param>
/// <param name="Value">That checkpoint's held-out value; where ties or draws decide, the mean over them; null where one of them
/// has none.</param>
/// <param name="Regret">The oracle's value less that one, at least 0.</param>
/// <param name="Hit">1 if the pick is as good as the oracle, else 0; where ties or draws decide, the chance of it.</param>
/// <param name="Spearman">Rank correlation of its values, and held-out ones, over checkpoints that have both; null for fewer than
/// three, or where it is undefined.</param>
/// <param name="Kendall">Kendall's tau-b of the same.</param>
public sealed record HeldOutStrategy(
    string Name, int? Step, double? Value, double? Regret, double? Hit, double? Spearman, double? Kendall)
{
    /// <summary>Checkpoints that share its highest value, if more than one does; else empty.</summary>
    public IReadOnlyList<int> TiedSteps { get; init; } = [];
}

/// <summary>A ranking beside held-out values that took no part in it.</summary>
/// <param name="Oracle">Step of the ranked checkpoint with the highest held-out value, ties to the later one.</param>
/// <param name="OracleValue">That value.</param>
/// <param name="Checkpoints">How many ranked checkpoints have a held-out value.</param>
/// <param name="Strategies">UGCS, each control and the random draw.</param>
public sealed record HeldOutComparison(
    int Oracle, double OracleValue, int Checkpoints, IReadOnlyList<HeldOutStrategy> Strategies)
{
    /// <summary>Name of UGCS among the strategies.</summary>
    public const string Ugcs = "ugcs";

    /// <summary>Name of a checkpoint drawn at random among those with a held-out value.</summary>
    public const string Chance = "any_checkpoint";

    /// <summary>Compares; null where no ranked checkpoint has a held-out value.</summary>
    /// <param name="result">The ranking.</param>
    /// <param name="heldOut">Finite held-out values by step, higher is better.</param>
    public static HeldOutComparison? Of(RankingResult result, IReadOnlyDictionary<int, double> heldOut)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(heldOut);
        int[] steps = [.. result.Checkpoints.Select(checkpoint => checkpoint.Step).Where(heldOut.ContainsKey)];
        HighestPick best = HighestPick.Of([.. steps.Select(step => (double?)heldOut[step])]);
        if (best.Index is not int index)
        {
            return null;
        }

        double oracle = heldOut[steps[index]];
        ControlValue[] scores = [.. result.Checkpoints.Select(c => new ControlValue(c.Step, c.Score, null))];
        double mean = Moments.Mean([.. steps.Select(step => heldOut[step])]);
        double chance = (double)Math.Max(1, best.Tied.Count) / steps.Length;
        return new HeldOutComparison(steps[index], oracle, steps.Length,
        [
            Strategy(Ugcs, result.Pick, result.TiedSteps, HighestPick.Of([.. scores.Select(s => s.Value)]).Shares(scores.Length), scores),
            .. result.Controls.Select(control =>
                Strategy(control.Name, control.Step, control.TiedSteps, control.PickShares, Values(control))),
            new HeldOutStrategy(Chance, null, mean, Math.Max(0.0, oracle - mean), chance, null, null),
        ]);

        HeldOutStrategy Strategy(
            string name, int? pick, IReadOnlyList<int> tied, IReadOnlyList<double> shares, IReadOnlyList<ControlValue> values)
        {
            ControlValue[] both =
            [
                .. values.Where(v => heldOut.ContainsKey(v.Step) && v.Value is double value && double.IsFinite(value)),
            ];
            double[] own = [.. both.Select(v => v.Value!.Value)];
            double[] theirs = [.. both.Select(v => heldOut[v.Step])];
            (int Step, double Share)[] picks = [.. values.Select((v, i) => (v.Step, shares[i])).Where(choice => choice.Item2 > 0.0)];
            bool known = pick is not null && picks.All(choice => heldOut.ContainsKey(choice.Step));
            double? value = known ? picks.Sum(choice => choice.Share * heldOut[choice.Step]) : null;
            return new HeldOutStrategy(
                name, pick, value, value is null ? null : Math.Max(0.0, oracle - value.Value),
                known ? picks.Where(choice => HighestPick.IsTie(oracle, heldOut[choice.Step])).Sum(choice => choice.Share) : null,
                Defined(own, theirs, RankCorrelation.Spearman), Defined(own, theirs, RankCorrelation.Kendall))
            {
                TiedSteps = tied,
            };
        }
    }

    // The last checkpoint is chosen by its step, whatever its score.
    private static IReadOnlyList<ControlValue> Values(RankingControl control) => control.Name == RankingControls.Last
        ? [.. control.Values.Select(value => new ControlValue(value.Step, value.Step, null))] : control.Values;

    private static double? Defined(double[] x, double[] y, Func<ReadOnlySpan<double>, ReadOnlySpan<double>, double> of) =>
        x.Length >= RankCorrelation.FewestCheckpoints && of(x, y) is var correlation && !double.IsNaN(correlation) ? correlation : null;
}
