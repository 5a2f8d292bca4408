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
        int[] all = [.. Enumerable.Range(1, rows * Epochs).SelectMany(step => RowOrder.OfStep(rows, batch, step, seed: 3))];
        int[][] epochs = [.. all.Chunk(rows).Take(Epochs)];
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, rows), epoch.Order()));
    }

    [Fact]
    public void Order_changes_with_the_seed_and_the_epoch()
    {
        int[] Take(int step, ulong seed) => RowOrder.OfStep(50, 50, step, seed);
        Assert.Equal(Take(1, 3), Take(1, 3));
        Assert.NotEqual(Take(1, 3), Take(1, 4));
        Assert.NotEqual(Take(1, 3), Take(2, 3));
        Assert.NotEqual(Enumerable.Range(0, 50), Take(1, 3));
    }

    [Fact]
    public void Rows_of_a_step_do_not_depend_on_how_the_stream_is_cut()
    {
        int[] inFives = [.. Enumerable.Range(1, 6).SelectMany(step => RowOrder.OfStep(8, 5, step, seed: 9))];
        int[] inTens = [.. Enumerable.Range(1, 3).SelectMany(step => RowOrder.OfStep(8, 10, step, seed: 9))];
        Assert.Equal(inTens, inFives);
    }

    [Fact]
    public void Without_shuffling_rows_come_in_order()
    {
        Assert.Equal([1, 2, 0, 1], RowOrder.OfStep(3, 4, 2, seed: 1, shuffle: false));
    }

    [Fact]
    public void Late_steps_do_not_overflow()
    {
        Assert.Equal(
            [(int)((2_000_000_000L - 1) * 64 % 7)], RowOrder.OfStep(7, 64, 2_000_000_000, seed: 1, shuffle: false)[..1]);
    }
}
