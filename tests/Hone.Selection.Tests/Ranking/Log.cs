namespace Hone.Selection.Tests.Ranking;

/// <summary>Short ways to write training logs.</summary>
internal static class Log
{
    public static RolloutScore Row(int step, int prompt, int sample, double anll, double reward) =>
        new(step, prompt, sample, anll, double.NaN, reward, false);

    /// <summary>Steps x perStep independent records: uncertainty uniform, reward 1 with a chance that does not depend
    /// on it.</summary>
    public static RolloutScore[] Independent(int steps, int perStep, ulong seed, Func<int, double> chance)
    {
        SplitMix64 random = new(seed);
        RolloutScore[] log = new RolloutScore[steps * perStep];
        for (int i = 0; i < log.Length; i++)
        {
            int step = 1 + (i / perStep);
            double anll = SplitMix64.Unit(random.Next());
            double reward = SplitMix64.Unit(random.Next()) < chance(step) ? 1.0 : 0.0;
            log[i] = Row(step, i % perStep, 0, anll, reward);
        }

        return log;
    }

    /// <summary>All figures of a result as text, so that results can be compared to the last bit.</summary>
    public static string Text(RankingResult result) =>
        string.Join('\n', result.Checkpoints)
        + string.Join('\n', result.Controls.SelectMany(c => c.Values.Select(v => $"{c.Name} {c.Step} {v}")))
        + string.Join('\n', result.Warnings.Select(w => $"{w.Id} {w.Message} {string.Join(',', w.Steps)}"))
        + $"{result.Pick} {string.Join(',', result.TiedSteps)} {result.Uncertainty}";
}
