using Hone.Training.Batches;

namespace Hone.Training.Tests.Batches;

public class RowOrderTests
{
    [Theory]
    [InlineData(10, 4)]
    [InlineData(7, 7)]
    [InlineData(5, 12)]
    [InlineData(1, 3)]
    public void Every_row_comes_once_per_epoch(int rows, int batch)
    {
        const int Epochs = 4;
        var order = new RowOrder(rows, batch, seed: 3);
        int[] all = [.. Enumerable.Range(1, rows * Epochs).SelectMany(order.OfStep)];
        int[][] epochs = [.. all.Chunk(rows).Take(Epochs)];
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, rows), epoch.Order()));
    }

    [Fact]
    public void Order_changes_with_the_seed_and_the_epoch()
    {
        IReadOnlyList<int> Take(int step, ulong seed) => new RowOrder(50, 50, seed).OfStep(step);
        Assert.Equal(Take(1, 3), Take(1, 3));
        Assert.NotEqual(Take(1, 3), Take(1, 4));
        Assert.NotEqual(Take(1, 3), Take(2, 3));
        Assert.NotEqual(Enumerable.Range(0, 50), Take(1, 3));
    }

    [Fact]
    public void Rows_of_a_step_do_not_depend_on_how_the_stream_is_cut()
    {
        int[] inFives = [.. Enumerable.Range(1, 6).SelectMany(new RowOrder(8, 5, seed: 9).OfStep)];
        int[] inTens = [.. Enumerable.Range(1, 3).SelectMany(new RowOrder(8, 10, seed: 9).OfStep)];
        Assert.Equal(inTens, inFives);
    }

    // What an order remembers from one step to the next must not show: a resumed run begins in the middle.
    [Fact]
    public void Steps_can_be_asked_for_in_any_order()
    {
        var order = new RowOrder(8, 5, seed: 9);
        Assert.All(
            new[] { 4, 2, 2, 7, 1 }, step => Assert.Equal(new RowOrder(8, 5, seed: 9).OfStep(step), order.OfStep(step)));
    }

    [Fact]
    public void Without_shuffling_rows_come_in_order()
    {
        Assert.Equal([1, 2, 0, 1], new RowOrder(3, 4, seed: 1, shuffle: false).OfStep(2));
    }

    [Fact]
    public void Late_steps_do_not_overflow()
    {
        Assert.Equal(
            (int)((2_000_000_000L - 1) * 64 % 7), new RowOrder(7, 64, seed: 1, shuffle: false).OfStep(2_000_000_000)[0]);
    }
}
