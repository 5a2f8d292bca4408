namespace Hone.Selection.Tests.Prompts;

public sealed class ConfidenceCheckTests
{
    private static readonly double[] S = [0.1, 0.4, 0.35, 0.8, 0.65, 0.9, 0.2, 0.55];
    private static readonly double[] Pass = [0, 0.25, 0.5, 1, 0.5, 1, 0, 0.75];

    [Fact]
    public void FiguresOfEightPromptsAsSciPyHasThem()
    {
        ConfidenceCheck check = ConfidenceCheck.Of(S, Pass, center: 0.5, seed: 1);
        Assert.Equal((8, 0.5, 4, 5), (check.Prompts, check.MeanPassRate, check.Learnable, check.Solved));
        Assert.Equal(0.909241209316635, check.Spearman!.Value.Value, Tolerance.Rounding);
        Assert.Equal(14.0 / 15, check.SolvedAuc!.Value.Value, Tolerance.Rounding);

        // The four of the zone are all nearer to 0.5 than the four outside.
        Assert.Equal(new Estimate(1, 1, 1), check.LearnableAuc);
        Assert.InRange(check.Spearman.Value.Low!.Value, -1, 0.9);
        Assert.InRange(check.Spearman.Value.High!.Value, 0.91, 1);
    }

    [Fact]
    public void ScoresThatSayNothingHaveAnAreaOfOneHalfInTheirIntervals()
    {
        double[] s = [.. Enumerable.Range(0, 300).Select(i => SplitMix64.Unit(SplitMix64.Hash(1, (ulong)i)))];
        double[] pass = [.. Enumerable.Range(0, 300).Select(i => Math.Round(16 * SplitMix64.Unit(SplitMix64.Hash(2, (ulong)i))) / 16)];
        ConfidenceCheck check = ConfidenceCheck.Of(s, pass, 0.5, seed: 1);
        Assert.InRange(0.5, check.SolvedAuc!.Value.Low!.Value, check.SolvedAuc.Value.High!.Value);
        Assert.InRange(0.0, check.Spearman!.Value.Low!.Value, check.Spearman.Value.High!.Value);
        Assert.InRange(check.SolvedAuc.Value.High!.Value - check.SolvedAuc.Value.Low!.Value, 0.08, 0.2);
    }

    [Fact]
    public void EmptyClassesAndConstantValuesAreUndefined()
    {
        ConfidenceCheck all = ConfidenceCheck.Of([0.2, 0.4, 0.6], [1, 1, 1], 0.4, seed: 1);
        Assert.Null(all.Spearman);
        Assert.Null(all.SolvedAuc);
        Assert.Null(all.LearnableAuc);
        Assert.Equal((0, 3), (all.Learnable, all.Solved));
        ConfidenceCheck one = ConfidenceCheck.Of([0.2], [0.5], 0.4, seed: 1);
        Assert.Null(one.Spearman);
        Assert.Throws<ArgumentException>(() => ConfidenceCheck.Of([], [], 0.5, 1));
        Assert.Throws<ArgumentException>(() => ConfidenceCheck.Of([0.1], [0.1, 0.2], 0.5, 1));
        Assert.Throws<ArgumentException>(() => ConfidenceCheck.Of([0.1], [double.NaN], 0.5, 1));
    }
}
