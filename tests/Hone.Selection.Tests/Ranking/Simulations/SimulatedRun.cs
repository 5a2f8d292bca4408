namespace Hone.Selection.Tests.Ranking.Simulations;

/// <summary>A training log of which the true score is known.</summary>
/// <remarks>Uncertainty is uniform, and rewards do not depend on it: reward is 1 with the chance of the step, which
/// is the truth plus a Gaussian AR(1) process over steps, cut to [0, 1].</remarks>
/// <param name="Steps">Steps, one window.</param>
/// <param name="PerStep">Completions a step.</param>
/// <param name="Truth">Mean chance of reward.</param>
/// <param name="Rho">Correlation of one step's chance with that of the next.</param>
/// <param name="Deviation">Standard deviation of the chance over steps.</param>
internal sealed record SimulatedRun(int Steps, int PerStep, double Truth, double Rho, double Deviation)
{
    public RolloutScore[] Draw(ulong seed, Func<int, double>? truth = null)
    {
        SplitMix64 random = new(SplitMix64.Hash(seed, 0));
        RolloutScore[] log = new RolloutScore[Steps * PerStep];
        double level = Deviation * Normal(ref random);
        for (int step = 1; step <= Steps; step++)
        {
            double chance = Math.Clamp((truth?.Invoke(step) ?? Truth) + level, 0.0, 1.0);
            for (int i = 0; i < PerStep; i++)
            {
                double anll = SplitMix64.Unit(random.Next());
                double reward = SplitMix64.Unit(random.Next()) < chance ? 1.0 : 0.0;
                int row = ((step - 1) * PerStep) + i;
                log[row] = new RolloutScore(step, row, 0, anll, double.NaN, reward, false);
            }

            level = (Rho * level) + (Deviation * Math.Sqrt(1.0 - (Rho * Rho)) * Normal(ref random));
        }

        return log;
    }

    // Box and Muller.
    public static double Normal(ref SplitMix64 random) =>
        Math.Sqrt(-2.0 * Math.Log(1.0 - SplitMix64.Unit(random.Next()))) * Math.Cos(2.0 * Math.PI * SplitMix64.Unit(random.Next()));
}
