using System.Globalization;

namespace Hone.Selection.Tests.Ranking.Simulations;

public class IndistinguishableTests(ITestOutputHelper output)
{
    private const int Delta = 50;
    private const int PerStep = 64;
    private const double Percent = 10;

    // Checkpoints every delta steps and every half of that: windows apart, and windows that share half of their rollouts.
    public static TheoryData<int, double> Spacings => new() { { Delta, 0.0 }, { Delta, 0.6 }, { Delta / 2, 0.0 }, { Delta / 2, 0.6 } };

    [Theory]
    [MemberData(nameof(Spacings))]
    public void Where_nothing_differs_the_set_holds_all(int spacing, double rho)
    {
        // At least 95 % by construction; 60 runs have a standard error of 2.8 points there.
        Outcome outcome = Run(spacing, rho, _ => 0.5, runs: 60);
        Assert.InRange(outcome.All, 0.87, 1.0);
        Assert.InRange(outcome.HoldsBest, 0.87, 1.0);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    public void A_clearly_better_checkpoint_is_picked_and_stands_alone(double rho)
    {
        // The third of six windows is better by 50 points.
        Outcome outcome = Run(Delta, rho, step => (step - 1) / Delta == 2 ? 0.85 : 0.35, runs: 40);
        Assert.Equal(1.0, outcome.RightPick);
        Assert.Equal(0.0, outcome.All);
        Assert.InRange(outcome.Members, 1.0, 1.2);
    }

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Spacings))]
    public void A_thousand_runs_where_nothing_differs(int spacing, double rho)
    {
        LongTests.OnlyWhenAsked();
        Outcome outcome = Report("nothing differs", spacing, rho, _ => 0.5);
        Assert.InRange(outcome.All, 0.92, 1.0);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(0.0, 0.10)]
    [InlineData(0.0, 0.20)]
    [InlineData(0.0, 0.30)]
    [InlineData(0.6, 0.10)]
    [InlineData(0.6, 0.20)]
    [InlineData(0.6, 0.30)]
    public void A_thousand_runs_where_one_is_better(double rho, double margin)
    {
        LongTests.OnlyWhenAsked();
        Outcome outcome = Report($"third better by {margin}", Delta, rho, step => (step - 1) / Delta == 2 ? 0.45 + margin : 0.45);
        Assert.InRange(outcome.HoldsBest, 0.95, 1.0);
        Assert.InRange(outcome.RightPick, margin < 0.2 ? 0.7 : 0.95, 1.0);
    }

    private Outcome Report(string what, int spacing, double rho, Func<int, double> truth)
    {
        Outcome outcome = Run(spacing, rho, truth, runs: 1000);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {spacing} | {rho} | {outcome.RightPick:P1} | {outcome.HoldsBest:P1} | {outcome.Members:F2} | {outcome.All:P1} |"));
        return outcome;
    }

    private static Outcome Run(int spacing, double rho, Func<int, double> truth, int runs)
    {
        const int Windows = 6;
        int last = Delta + ((Windows - 1) * spacing);
        int[] checkpoints = [.. Enumerable.Range(0, Windows).Select(i => Delta + (i * spacing))];
        SimulatedRun run = new(last, PerStep, 0.5, rho, rho > 0 ? 0.1 : 0.0);
        RankingOptions options = new() { WindowSteps = Delta, HardestPercent = Percent };
        object adding = new();
        (int right, int holds, int members, int all) = (0, 0, 0, 0);
        int best = checkpoints.MaxBy(c => Enumerable.Range(c - Delta + 1, Delta).Average(truth));
        Parallel.For(0, runs, i =>
        {
            RankingResult result = CheckpointRanking.Rank(run.Draw((ulong)i + 1, truth), checkpoints, options, (ulong)i);
            Assert.Contains(result.Pick!.Value, result.Indistinguishable);
            lock (adding)
            {
                right += result.Pick == best ? 1 : 0;
                holds += result.Indistinguishable.Contains(best) ? 1 : 0;
                members += result.Indistinguishable.Count;
                all += result.NothingDiffers ? 1 : 0;
            }
        });
        return new Outcome((double)right / runs, (double)holds / runs, (double)members / runs, (double)all / runs);
    }

    /// <param name="RightPick">Share of runs whose pick is the truly best.</param>
    /// <param name="HoldsBest">Share whose set holds it.</param>
    /// <param name="Members">Mean number of checkpoints in the set.</param>
    /// <param name="All">Share whose set holds all.</param>
    private readonly record struct Outcome(double RightPick, double HoldsBest, double Members, double All);
}
