using Hone.Selection.Tests.Ranking;

namespace Hone.Selection.Tests.Sweeps;

public sealed class HeldOutAgreementTests
{
    [Fact]
    public void CorrelationsAndPicksAgainstHeldOutValues()
    {
        // At 1 % the scores rise with the steps, at 100 % they fall.
        HeldOutAgreement agreement = HeldOutAgreement.Of(
            Sweep(6, p: 1), new Dictionary<int, double> { [1] = 0.1, [2] = 0.2, [3] = 0.3, [4] = 0.4, [6] = 0.6, [99] = 0.9 });
        Assert.Equal((5, 0.6), (agreement.Checkpoints, agreement.Best!.Value));
        Assert.Equal([1.0, -1.0], agreement.Cells.Select(cell => Math.Round(cell.Correlation!.Value, 12)));
        Assert.Equal([0.6, 0.1], agreement.Cells.Select(cell => cell.PickValue));
        Assert.Equal(1.0, agreement.Cells[0].High!.Value, Tolerance.Rounding);
        Assert.Equal(HeldOutAgreement.CorrelationInterval(1, 5).Low, agreement.Cells[0].Low!.Value, Tolerance.Rounding);
    }

    [Fact]
    public void OppositeCellsAreNotFlatButEqualOnesAre()
    {
        Dictionary<int, double> values = Enumerable.Range(1, 20).ToDictionary(step => step, step => step / 20.0);
        Assert.False(HeldOutAgreement.Of(Sweep(20, p: 1), values).Flat);

        // Cells that say the same, and one cell alone.
        Assert.True(HeldOutAgreement.Of(Sweep(20, p: 99), values).Flat);
        Assert.Null(HeldOutAgreement.Of(Sweep(20, p: 100), values).Flat);
    }

    [Fact]
    public void TooFewCheckpointsHaveNoIntervalAndEqualValuesNoCorrelation()
    {
        HeldOutAgreement few = HeldOutAgreement.Of(Sweep(3, p: 1), Enumerable.Range(1, 3).ToDictionary(step => step, step => step / 20.0));
        Assert.Null(few.Cells[0].Low);
        Assert.NotNull(few.Cells[0].Correlation);
        HeldOutAgreement equal = HeldOutAgreement.Of(Sweep(6, p: 1), Enumerable.Range(1, 6).ToDictionary(step => step, _ => 0.5));
        Assert.Null(equal.Cells[0].Correlation);
        Assert.Null(equal.Flat);

        // Over two checkpoints it would be -1 or 1 whatever the values.
        HeldOutAgreement two = HeldOutAgreement.Of(Sweep(6, p: 1), new Dictionary<int, double> { [1] = 0.1, [5] = 0.2 });
        Assert.Equal((2, 0.2), (two.Checkpoints, two.Best!.Value));
        Assert.All(two.Cells, cell => Assert.Null(cell.Correlation));
        Assert.Null(two.Flat);
        HeldOutAgreement none = HeldOutAgreement.Of(Sweep(6, p: 1), new Dictionary<int, double>());
        Assert.Equal((0, null), (none.Checkpoints, none.Best));
    }

    [Fact]
    public void FishersIntervalOfARankCorrelation()
    {
        // atanh 0.5 = 0.549306; 1.959964 sqrt(1.06 / 25) = 0.403583; tanh of the sum and the difference.
        Interval interval = HeldOutAgreement.CorrelationInterval(0.5, 28);
        Assert.Equal(Math.Tanh(0.549306 - 0.403583), interval.Low, 1e-5);
        Assert.Equal(Math.Tanh(0.549306 + 0.403583), interval.High, 1e-5);
    }

    // One completion a step is the hardest and has reward step; ten others have -step.
    private static SweepResult Sweep(int steps, double p) => CheckpointSweep.Run(
        [.. Enumerable.Range(1, steps).SelectMany(step => Enumerable.Range(0, 11)
            .Select(prompt => Log.Row(step, prompt, 0, 11 - prompt, prompt == 0 ? step : -step)))],
        [.. Enumerable.Range(1, steps)], new SweepOptions { WindowSteps = [1], HardestPercents = [p, 100] }, seed: 1);
}
