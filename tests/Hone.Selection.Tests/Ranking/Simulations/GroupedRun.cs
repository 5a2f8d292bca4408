namespace Hone.Selection.Tests.Ranking.Simulations;

/// <summary>A training log that resembles a real one more than <see cref="SimulatedRun"/>: rewards depend on uncertainty, prompts
/// have groups of completions, and the policy drifts.</summary>
/// <remarks>
/// Each step has prompts of its own. A prompt's difficulty z is a normal variable that its completions share; a completion is as hard
/// as h = (z + e) / sqrt(2) with e of its own, so that completions of a prompt correlate by one half. Its uncertainty is h - fall t, and
/// its reward is 1 with the chance 1/2 + drift t + level - slope h, cut to [0, 1], where t goes from -1/2 to 1/2 over the steps and
/// level is a Gaussian AR(1) process over them.
/// </remarks>
/// <param name="Steps">Steps, one window.</param>
/// <param name="Prompts">Prompts a step.</param>
/// <param name="Group">Completions a prompt.</param>
/// <param name="Slope">How much of the chance one standard deviation of hardness costs.</param>
/// <param name="Drift">By how much the chance rises from the first step to the last.</param>
/// <param name="Fall">By how many standard deviations uncertainty falls meanwhile, so that early steps have more of the hard ones.</param>
/// <param name="Rho">Correlation of one step's level with that of the next.</param>
/// <param name="Deviation">Standard deviation of the level.</param>
internal sealed record GroupedRun(
    int Steps, int Prompts, int Group, double Slope, double Drift, double Fall, double Rho, double Deviation)
{
    private const int TruthUnits = 400_000;
    private static readonly double Half = Math.Sqrt(0.5);

    public RolloutScore[] Draw(ulong seed)
    {
        SplitMix64 random = new(SplitMix64.Hash(seed, 1));
        List<RolloutScore> log = [];
        double level = Deviation * SimulatedRun.Normal(ref random);
        for (int step = 1; step <= Steps; step++)
        {
            for (int prompt = 0; prompt < Prompts; prompt++)
            {
                double difficulty = SimulatedRun.Normal(ref random);
                for (int sample = 0; sample < Group; sample++)
                {
                    double hardness = Half * (difficulty + SimulatedRun.Normal(ref random));
                    double reward = SplitMix64.Unit(random.Next()) < Chance(step, level, hardness) ? 1.0 : 0.0;
                    log.Add(Log.Row(step, (step * Prompts) + prompt, sample, hardness - (Fall * Place(step)), reward));
                }
            }

            level = (Rho * level) + (Deviation * Math.Sqrt(1.0 - (Rho * Rho)) * SimulatedRun.Normal(ref random));
        }

        return [.. log];
    }

    /// <summary>The mean score over all steps and levels: that of the hardest of many units, by their chances of a reward. Its
    /// standard error is below 0.002.</summary>
    public double Truth(RankingReading reading, double percent)
    {
        SplitMix64 random = new(12345);
        int group = reading == RankingReading.Paper ? 1 : Group;
        double[] negated = new double[TruthUnits], value = new double[TruthUnits];
        for (int i = 0; i < TruthUnits; i++)
        {
            double level = Deviation * SimulatedRun.Normal(ref random), difficulty = SimulatedRun.Normal(ref random), allWrong = 1.0;
            for (int sample = 0; sample < group; sample++)
            {
                double hardness = Half * (difficulty + SimulatedRun.Normal(ref random));
                negated[i] += ((Fall * Place(1 + (i % Steps))) - hardness) / group;
                allWrong *= 1.0 - Chance(1 + (i % Steps), level, hardness);
            }

            // A prompt's reward is the highest of its completions'.
            value[i] = 1.0 - allWrong;
        }

        Array.Sort(negated, value);
        return Moments.Mean(value.AsSpan(0, CheckpointRanking.HardCount(TruthUnits, percent)));
    }

    private double Place(int step) => ((step - 0.5) / Steps) - 0.5;

    private double Chance(int step, double level, double hardness) =>
        Math.Clamp(0.5 + (Drift * Place(step)) + level - (Slope * hardness), 0.0, 1.0);
}
