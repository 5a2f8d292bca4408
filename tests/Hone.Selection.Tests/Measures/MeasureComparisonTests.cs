using Hone.Selection.Tests.Diagnoses;

namespace Hone.Selection.Tests.Measures;

public class MeasureComparisonTests
{
    private static readonly RankingOptions Options = SimulatedRun.Options with { WindowSteps = 10 };
    private static readonly int[] Checkpoints = [10, 20, 30, 40];

    [Fact]
    public void The_same_order_agrees_in_everything_and_another_one_by_chance()
    {
        RolloutScore[] log = SimulatedRun.Sound();
        var comparison = new MeasureComparison();
        Add(comparison, log, null);
        Add(comparison, [.. log.Select(row => row with { Anll = Math.Exp(row.Anll) })], "sum");
        Add(comparison, SimulatedRun.Spoilt((row, even) => row with { Anll = even }), "entropy");
        Add(comparison, [.. log.Select(row => row with { Anll = row.Tokens })], "length");
        MeasureAgreement[] rows = [.. comparison.Rows];
        Assert.Equal(["anll", "sum", "entropy", "length"], rows.Select(row => row.Measure));
        Assert.Equal(rows[0] with { Measure = "sum" }, rows[1]);
        Assert.Equal((1.0, 1.0), (rows[0].ScoreCorrelation, rows[0].HardInCommon));

        // Of 64 hard ones in each of four windows a tenth by chance: standard error 0.02.
        Assert.Equal(0.1, rows[2].HardInCommon!.Value, 0.08);
        Assert.Equal(0, rows[2].LengthCorrelation!.Value, 0.1);
        Assert.Equal(1, rows[3].LengthCorrelation!.Value, 1e-9);
        Assert.All(rows, row => Assert.True(row.Low <= row.Score && row.Score <= row.High));
    }

    [Fact]
    public void What_cannot_be_compared_is_left_out()
    {
        var comparison = new MeasureComparison();
        RolloutScore[] log = SimulatedRun.Spoilt((row, _) => row with { Tokens = -1 });
        comparison.Add(log, CheckpointRanking.Rank(log, [20, 40], Options, 1), Options);
        comparison.Add([], CheckpointRanking.Rank([], [20, 40], Options, 1), Options);
        MeasureAgreement[] rows = [.. comparison.Rows];
        Assert.Null(rows[0].ScoreCorrelation);
        Assert.Null(rows[0].LengthCorrelation);
        Assert.Equal((null, null, null), (rows[1].Pick, rows[1].Score, rows[1].HardInCommon));
    }

    [Fact]
    public void Hard_units_are_prompts_in_the_reference_codes_reading()
    {
        // The other measure orders the completions of a prompt the other way around, and the prompts as before: their means stay.
        RolloutScore[] log = [.. SimulatedRun.Sound().Select(row => row with { Anll = row.Prompt + (0.2 * row.Sample) })];
        RolloutScore[] other = [.. log.Select(row => row with { Anll = row.Prompt + (0.2 * (SimulatedRun.Group - 1 - row.Sample)) })];
        RankingOptions options = Options with { Reading = RankingReading.ReferenceCode, HardestPercent = 5 };
        var comparison = new MeasureComparison();
        comparison.Add(log, CheckpointRanking.Rank(log, Checkpoints, options, 1), options);
        comparison.Add(other, CheckpointRanking.Rank(other, Checkpoints, options, 1), options);
        Assert.Equal(1.0, comparison.Rows[1].HardInCommon);
        Assert.True(Completions(log, other) < 1.0);
    }

    private static double Completions(RolloutScore[] log, RolloutScore[] other)
    {
        RankingOptions options = Options with { HardestPercent = 5 };
        var comparison = new MeasureComparison();
        comparison.Add(log, CheckpointRanking.Rank(log, Checkpoints, options, 1), options);
        comparison.Add(other, CheckpointRanking.Rank(other, Checkpoints, options, 1), options);
        return comparison.Rows[1].HardInCommon!.Value;
    }

    private static void Add(MeasureComparison comparison, RolloutScore[] log, string? measure)
    {
        RankingOptions options = Options with { Measure = measure };
        comparison.Add(log, CheckpointRanking.Rank(log, Checkpoints, options, 1), options);
    }
}
