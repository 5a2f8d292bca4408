using static Hone.Selection.Tests.Ranking.Log;

namespace Hone.Selection.Tests.Ranking;

public class RankingControlsTests
{
    // One step a checkpoint, four records each, p = 50 % so n = 2. Rewards listed hardest first:
    //   C = 1: 3 3 0 0   UGCS 3    mean 1.5   top two 3     lowest two 0
    //   C = 2: 0 0 9 1   UGCS 0    mean 2.5   top two 5     lowest two 0
    //   C = 3: 1 1 1 2   UGCS 1    mean 1.25  top two 1.5   lowest two 1
    private static readonly double[][] Rewards = [[3, 3, 0, 0], [0, 0, 9, 1], [1, 1, 1, 2]];

    private static readonly RolloutScore[] Table =
    [
        .. Rewards.SelectMany((rewards, c) => rewards.Select((reward, i) => Row(c + 1, i, 0, 1.0 - (0.1 * i), reward))),
    ];

    [Theory]
    [InlineData(RankingReading.Paper)]
    [InlineData(RankingReading.ReferenceCode)]
    public void Picks_and_values_by_hand(RankingReading reading)
    {
        // In the closed window a step more would come in; prompts of distinct numbers and delta 1 keep the table apart.
        RolloutScore[] log = reading == RankingReading.Paper
            ? Table
            : [.. Table.Select(r => r with { Step = 2 * r.Step, Prompt = (10 * r.Step) + r.Prompt })];
        int unit = reading == RankingReading.Paper ? 1 : 2;
        RankingOptions options = new() { Reading = reading, WindowSteps = 1, HardestPercent = 50 };
        RankingResult result = CheckpointRanking.Rank(log, [unit, 2 * unit, 3 * unit], options, 1);

        Assert.Equal(unit, result.Pick);
        AssertControl(result, RankingControls.Last, 3 * unit, [3.0, 0.0, 1.0]);
        AssertControl(result, RankingControls.TrainReward, 2 * unit, [1.5, 2.5, 1.25]);
        AssertControl(result, RankingControls.TopReward, 2 * unit, [3.0, 5.0, 1.5]);
        AssertControl(result, RankingControls.LowReward, 3 * unit, [0.0, 0.0, 1.0]);
        Assert.Equal(2 * unit, Control(result, RankingControls.Random).Step);
    }

    [Fact]
    public void Ties_of_a_control_go_to_the_later_checkpoint()
    {
        RankingResult result = Rank(Table, [1, 2], 50, 1);
        RankingControl low = Control(result, RankingControls.LowReward);
        Assert.Equal(2, low.Step);
        Assert.Equal([1, 2], low.TiedSteps);
        Assert.Empty(Control(result, RankingControls.TopReward).TiedSteps);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(85)]
    public void The_random_control_has_the_mean_and_deviation_of_drawn_subsets(double percent)
    {
        const int Draws = 20_000;
        RolloutScore[] log = Independent(steps: 1, perStep: 40, seed: 8, chance: _ => 0.3);
        ControlValue value = Control(Rank(log, [1], percent, 5), RankingControls.Random).Values[0];

        double[] rewards = [.. log.Select(r => r.Reward)];
        int n = CheckpointRanking.HardCount(rewards.Length, percent);
        var random = new Random(5);
        double[] means = new double[Draws];
        for (int d = 0; d < Draws; d++)
        {
            random.Shuffle(rewards);
            means[d] = rewards[..n].Average();
        }

        double mean = means.Average();
        double deviation = Math.Sqrt(means.Sum(m => (m - mean) * (m - mean)) / (Draws - 1));
        Assert.Equal(mean, value.Value!.Value, Tolerance.StandardErrors * deviation / Math.Sqrt(Draws));
        Assert.Equal(deviation, value.Deviation!.Value, Tolerance.StandardErrors * deviation / Math.Sqrt(2.0 * Draws));
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    public void The_random_control_picks_as_often_as_drawn_subsets_do(double lead)
    {
        const int Draws = 4_000;
        RolloutScore[] log = Independent(steps: 2, perStep: 400, seed: 8, chance: step => step == 1 ? 0.3 + lead : 0.3);
        RankingControl control = Control(Rank(log, [1, 2], 25, 1), RankingControls.Random);

        double[][] rewards = [.. log.GroupBy(r => r.Step).Select(step => step.Select(r => r.Reward).ToArray())];
        var random = new Random(5);
        double first = 0.0;
        for (int d = 0; d < Draws; d++)
        {
            double[] means = [.. rewards.Select(all => { random.Shuffle(all); return all[..100].Average(); })];
            first += means[0] > means[1] ? 1.0 : means[0] == means[1] ? 0.5 : 0.0;
        }

        // 1,000 draws have a standard error of 1.6 points, and 4,000 of 0.8.
        Assert.Equal(first / Draws, control.PickShares[0], Tolerance.StandardErrors * 0.018);
        Assert.Equal(control.PickShares[0] > 0.5 ? 1 : 2, control.Step);
    }

    [Fact]
    public void Drawing_everything_leaves_no_spread()
    {
        ControlValue value = Control(Rank(Table, [2], 100, 5), RankingControls.Random).Values[0];
        Assert.Equal(2.5, value.Value);
        Assert.Equal(0.0, value.Deviation);
    }

    private static RankingResult Rank(RolloutScore[] log, int[] checkpoints, double percent, ulong seed)
    {
        RankingOptions options = new() { WindowSteps = 1, HardestPercent = percent };
        return CheckpointRanking.Rank(log, checkpoints, options, seed);
    }

    private static RankingControl Control(RankingResult result, string name) =>
        Assert.Single(result.Controls, c => c.Name == name);

    private static void AssertControl(RankingResult result, string name, int step, double?[] values)
    {
        RankingControl control = Control(result, name);
        Assert.Equal(step, control.Step);
        Assert.Equal(values, control.Values.Select(v => v.Value));
        Assert.Equal(values[result.Checkpoints.ToList().FindIndex(c => c.Step == step)], control.Value);
        Assert.Null(control.Deviation);
    }
}
