namespace Hone.Selection.Tests.Sweeps;

public sealed class SweepGridTests
{
    [Fact]
    public void LongLogsGetTheUsualWindowsAndTheInterval()
    {
        Assert.Equal([10, 25, 40, 50, 100, 200], SweepGrid.Windows([40, 80, 120, 160, 200, 240], firstStep: 1));
        Assert.Equal([10, 25, 50, 100], SweepGrid.Windows([100, 200, 300], firstStep: 201));
    }

    [Fact]
    public void ShortLogsGetPartsOfTheInterval()
    {
        Assert.Equal([2, 4, 8, 10, 16], SweepGrid.Windows([4, 8, 12, 16], firstStep: 1));
        Assert.Equal([1, 2, 4], SweepGrid.Windows([2, 4], firstStep: 1));
        Assert.Equal([1], SweepGrid.Windows([1], firstStep: 1));
        Assert.Equal([1], SweepGrid.Windows([5], firstStep: 9));
        Assert.Throws<ArgumentException>(() => SweepGrid.Windows([], firstStep: 1));
    }

    [Fact]
    public void TheFarthestStepsDoNotOverflow() =>
        Assert.Equal(int.MaxValue, SweepGrid.Windows([1, int.MaxValue], firstStep: 0)[^1]);
}
