using Hone.Engine.Decoding;

namespace Hone.Training.Batches;

/// <summary>
/// Which rows a step takes: each epoch is a permutation of the data set by (seed, epoch), and steps run through the epochs
/// without a gap. A function of its arguments alone, so a resumed run goes on with the same rows.
/// </summary>
public static class RowOrder
{
    /// <summary>The rows of one step.</summary>
    /// <param name="rows">Rows of the data set.</param>
    /// <param name="batch">Rows per step.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="shuffle">Whether to permute; otherwise every epoch is in data set order.</param>
    public static int[] OfStep(int rows, int batch, int step, ulong seed, bool shuffle = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        int[] taken = new int[batch];
        long first = (long)(step - 1) * batch;
        long epoch = -1;
        int[] order = [];
        for (int i = 0; i < batch; i++)
        {
            if ((first + i) / rows != epoch)
            {
                epoch = (first + i) / rows;
                order = Epoch(rows, (ulong)epoch, seed, shuffle);
            }

            taken[i] = order[(first + i) % rows];
        }

        return taken;
    }

    private static int[] Epoch(int rows, ulong epoch, ulong seed, bool shuffle)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        if (shuffle)
        {
            ulong stream = RandomNumbers.Seed(seed, epoch, 0x0EDE5);
            double[] keys = [.. order.Select(row => RandomNumbers.Uniform(stream, row))];
            Array.Sort(keys, order);
        }

        return order;
    }
}
