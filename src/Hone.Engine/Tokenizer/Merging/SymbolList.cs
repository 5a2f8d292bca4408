using System.Runtime.InteropServices;

namespace Hone.Engine.Tokenization.Merging;

/// <summary>
/// The symbols of one piece, merged pair by pair. A linked list and a heap of waiting merges keep the time to
/// n log n for n symbols, however long a word is. Reused from piece to piece; not for concurrent use.
/// </summary>
internal sealed class SymbolList
{
    private const int None = -1;

    private readonly List<Symbol> _symbols = [];

    // Rank above, index below, so that the lowest rank comes first and of equal ranks the leftmost.
    private readonly PriorityQueue<int, ulong> _waiting = new();

    internal void Clear()
    {
        _symbols.Clear();
    }

    /// <summary>Appends a symbol that covers part of the piece.</summary>
    internal void Add(int id, int start, int end)
    {
        _symbols.Add(new Symbol
        {
            Id = id,
            Start = start,
            End = end,
            Previous = _symbols.Count - 1,
            Next = _symbols.Count + 1,
            Rank = None,
        });
    }

    /// <summary>Lets the last symbol cover the piece up to <paramref name="end"/>.</summary>
    internal void StretchLast(int end)
    {
        CollectionsMarshal.AsSpan(_symbols)[^1].End = end;
    }

    /// <summary>Makes every merge that applies, best rank first, then leftmost; returns what is left, in order.</summary>
    internal PieceToken[] MergeAll(MergeTable merges)
    {
        Span<Symbol> symbols = CollectionsMarshal.AsSpan(_symbols);
        if (symbols.IsEmpty)
        {
            return [];
        }
        symbols[^1].Next = None;
        int remaining = symbols.Length;
        _waiting.Clear();
        for (int index = 0; index < symbols.Length - 1; index++)
        {
            Consider(symbols, index, merges);
        }
        while (_waiting.TryDequeue(out int index, out ulong priority))
        {
            ref Symbol left = ref symbols[index];
            if (left.Rank != (int)(priority >> 32))
            {
                // This pair is gone: one of the two took part in a better merge.
                continue;
            }
            ref Symbol right = ref symbols[left.Next];
            remaining--;
            left.Id = left.MergedId;
            left.End = right.End;
            left.Next = right.Next;
            right.Rank = None;
            if (left.Next != None)
            {
                symbols[left.Next].Previous = index;
            }
            Consider(symbols, index, merges);
            if (left.Previous != None)
            {
                Consider(symbols, left.Previous, merges);
            }
        }
        var tokens = new PieceToken[remaining];
        int next = 0;
        for (int i = 0; i < remaining; i++)
        {
            ref Symbol symbol = ref symbols[next];
            tokens[i] = new PieceToken(symbol.Id, symbol.Start, symbol.End);
            next = symbol.Next;
        }
        return tokens;
    }

    /// <summary>Notes the merge of a symbol with the one behind it, if there is one.</summary>
    private void Consider(Span<Symbol> symbols, int index, MergeTable merges)
    {
        ref Symbol left = ref symbols[index];
        left.Rank = None;
        if (left.Next != None && merges.TryGet(left.Id, symbols[left.Next].Id, out MergeTable.Merge merge))
        {
            left.Rank = merge.Rank;
            left.MergedId = merge.Id;
            _waiting.Enqueue(index, ((ulong)merge.Rank << 32) | (uint)index);
        }
    }

    private struct Symbol
    {
        internal int Id;
        internal int Start;
        internal int End;
        internal int Previous;
        internal int Next;

        /// <summary>Rank of the merge with the next symbol, or <see cref="None"/>.</summary>
        internal int Rank;
        internal int MergedId;
    }
}
