using Hone.Engine.Decoding;

namespace Hone.Training.Batches;

/// <summary>
/// Which rows a step takes: each epoch is a permutation of the data set by (seed, epoch), and steps run through the epochs
/// without a gap. A function of its arguments alone, so a resumed run goes on with the same rows; the epoch at hand is kept.
/// </summary>
public sealed class RowOrder
{
    private readonly int[] _order;
    private readonly double[] _keys;
    private readonly int[] _taken;
    private readonly ulong _seed;
    private readonly bool _shuffle;
    private long _epoch = -1;

    /// <summary>The order of a run.</summary>
    /// <param name="rows">Rows of the data set.</param>
    /// <param name="batch">Rows per step.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="shuffle">Whether to permute; otherwise every epoch is in data set order.</param>
    public RowOrder(int rows, int batch, ulong seed, bool shuffle = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        _order = new int[rows];
        _keys = new double[rows];
        _taken = new int[batch];
        _seed = seed;
        _shuffle = shuffle;
    }

    /// <summary>The rows of step <paramref name="step"/>, from 1; void once another step is asked for.</summary>
    public IReadOnlyList<int> OfStep(int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        long first = (long)(step - 1) * _taken.Length;
        for (int i = 0; i < _taken.Length; i++)
        {
            (long epoch, long row) = Math.DivRem(first + i, _order.Length);
            if (epoch != _epoch)
            {
                Begin(epoch);
            }

            _taken[i] = _order[row];
        }

        return _taken;
    }

    private void Begin(long epoch)
    {
        _epoch = epoch;
        ulong stream = RandomNumbers.Seed(_seed, (ulong)epoch, 0x0EDE5);
        for (int row = 0; row < _order.Length; row++)
        {
            _order[row] = row;
            _keys[row] = RandomNumbers.Uniform(stream, row);
        }

        if (_shuffle)
        {
            Array.Sort(_keys, _order);
        }
    }
}
