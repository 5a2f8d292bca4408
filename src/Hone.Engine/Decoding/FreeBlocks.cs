namespace Hone.Engine.Decoding;

/// <summary>
/// Which blocks of a cache are free, as ranges in order. The lowest range that is long enough is taken; what comes back joins
/// its neighbours, so that all of it is one range again once everything is back.
/// </summary>
internal sealed class FreeBlocks
{
    private readonly List<(int Start, int Length)> _ranges;

    public FreeBlocks(int blocks)
    {
        _ranges = [(0, blocks)];
        Total = Count = blocks;
    }

    /// <summary>Free and taken ones.</summary>
    public int Total { get; }

    /// <summary>Free ones.</summary>
    public int Count { get; private set; }

    /// <summary>Takes blocks in a row; answers the first one's number, or -1 where no range is long enough.</summary>
    public int Take(int blocks)
    {
        int index = _ranges.FindIndex(range => range.Length >= blocks);
        if (index < 0)
        {
            return -1;
        }

        (int start, int length) = _ranges[index];
        if (length == blocks)
        {
            _ranges.RemoveAt(index);
        }
        else
        {
            _ranges[index] = (start + blocks, length - blocks);
        }

        Count -= blocks;
        return start;
    }

    /// <summary>Takes them back.</summary>
    public void Return(int start, int blocks)
    {
        Count += blocks;
        int next = _ranges.FindIndex(range => range.Start > start);
        int index = next < 0 ? _ranges.Count : next;
        _ranges.Insert(index, (start, blocks));
        Join(index);
        Join(index - 1);
    }

    private void Join(int index)
    {
        if (index >= 0 && index + 1 < _ranges.Count && _ranges[index].Start + _ranges[index].Length == _ranges[index + 1].Start)
        {
            _ranges[index] = (_ranges[index].Start, _ranges[index].Length + _ranges[index + 1].Length);
            _ranges.RemoveAt(index + 1);
        }
    }
}
