namespace Hone.Selection.Tests.Diagnoses;

/// <summary>A made-up run with nothing wrong, which a test then spoils: 40 steps, 32 prompts that take turns, groups of 4; two
/// checkpoints with windows of 20 steps, 1,280 completions each and 128 hard ones.</summary>
internal static class SimulatedRun
{
    public const int Steps = 40;
    public const int Middle = 20;
    public const int Prompts = 32;
    public const int Group = 4;

    public static readonly RankingOptions Options = new() { HardestPercent = 10, WindowSteps = 20, Replicates = 20 };

    /// <summary>Uncertainty even over 0.2 to 1.2, length even over 50 to 149 and independent of it, right answers (reward 1) from
    /// 40 % in the first half to 60 % in the second.</summary>
    public static RolloutScore[] Sound(ulong seed = 1)
    {
        SplitMix64 random = new(seed);
        List<RolloutScore> rows = [];
        for (int step = 1; step <= Steps; step++)
        {
            for (int place = 0; place < Prompts / 2; place++)
            {
                for (int sample = 0; sample < Group; sample++)
                {
                    double anll = 0.2 + SplitMix64.Unit(random.Next());
                    bool correct = SplitMix64.Unit(random.Next()) < (step <= Middle ? 0.4 : 0.6);
                    int tokens = 50 + (int)(100 * SplitMix64.Unit(random.Next()));
                    rows.Add(new RolloutScore(
                        step, (2 * place) + (step % 2), sample, anll, double.NaN, correct ? 1 : 0, false, tokens, correct, true));
                }
            }
        }

        return [.. rows];
    }

    /// <summary>The run with each row changed; the number is even over [0, 1).</summary>
    public static RolloutScore[] Spoilt(Func<RolloutScore, double, RolloutScore> change)
    {
        SplitMix64 random = new(99);
        return [.. Sound().Select(row => change(row, SplitMix64.Unit(random.Next())))];
    }

    public static IReadOnlyList<RankingDiagnosis> Diagnose(RolloutScore[] log, RankingOptions? options = null)
    {
        options ??= Options;
        UsableRollouts usable = UsableRollouts.From(log, options.Reading);
        return RankingDiagnoses.Of(usable, CheckpointRanking.Rank(usable, [Middle, Steps], options, seed: 5), options);
    }

    public static RankingDiagnosis? Find(string id, RolloutScore[] log, RankingOptions? options = null) =>
        Diagnose(log, options).SingleOrDefault(diagnosis => diagnosis.Id == id);
}
