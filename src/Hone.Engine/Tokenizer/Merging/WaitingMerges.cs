using System.Runtime.InteropServices;

namespace Hone.Engine.Tokenization.Merging;

/// <summary>
/// The merges that a long piece waits for, lowest rank first and of equal ranks the leftmost. Merges of one rank are
/// mostly noted from left to right, so each rank keeps a line; only what comes out of turn goes through a heap.
/// Time is n log n for n merges whatever their order, and nearly n for the usual one.
/// </summary>
internal sealed class WaitingMerges
{
    private readonly Dictionary<int, Line> _lines = [];
    private readonly PriorityQueue<int, int> _ranks = new();

    internal void Clear()
    {
        _lines.Clear();
        _ranks.Clear();
    }

    internal void Add(int rank, int index)
    {
        ref Line? line = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, rank, out _);
        line ??= new Line();
        if (line.IsEmpty)
        {
            _ranks.Enqueue(rank, rank);
        }
        line.Add(index);
    }

    internal bool TryTake(out int rank, out int index)
    {
        if (!_ranks.TryPeek(out rank, out _))
        {
            index = 0;
            return false;
        }
        Line line = _lines[rank];
        index = line.Take();
        if (line.IsEmpty)
        {
            _ranks.Dequeue();
        }
        return true;
    }

    private sealed class Line
    {
        private readonly List<int> _inTurn = [];
        private PriorityQueue<int, int>? _outOfTurn;
        private int _next;

        internal bool IsEmpty => _next == _inTurn.Count && _outOfTurn is not { Count: > 0 };

        internal void Add(int index)
        {
            if (_next == _inTurn.Count)
            {
                _inTurn.Clear();
                _next = 0;
            }
            if (_inTurn.Count == 0 || _inTurn[^1] <= index)
            {
                _inTurn.Add(index);
                return;
            }
            _outOfTurn ??= new PriorityQueue<int, int>();
            _outOfTurn.Enqueue(index, index);
        }

        internal int Take()
        {
            bool heapFirst = _outOfTurn is not null && _outOfTurn.TryPeek(out int index, out _)
                && (_next == _inTurn.Count || index < _inTurn[_next]);
            return heapFirst ? _outOfTurn!.Dequeue() : _inTurn[_next++];
        }
    }
}
