using System.Runtime.InteropServices;

namespace Hone.Engine.Tokenization.Merging;

/// <summary>
/// The symbols of one piece, merged pair by pair in a linked list. Short pieces look through all pairs for the best;
/// long ones keep the pairs in order, so that the time stays n log n for n symbols, however long a word is.
/// Reused from piece to piece; not for concurrent use.
/// </summary>
internal sealed class SymbolList
{
    private const int None = -1;

    /// <summary>Up to here looking through the list costs less than keeping an order.</summary>
    private const int LongestShort = 40;

    private readonly List<Symbol> _symbols = [];
    private readonly WaitingMerges _waiting = new();

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
        int merged = symbols.Length > LongestShort ? MergeInOrder(symbols, merges) : MergeByLooking(symbols, merges);
        var tokens = new PieceToken[symbols.Length - merged];
        for (int i = 0, next = 0; i < tokens.Length; i++, next = symbols[next].Next)
        {
            tokens[i] = new PieceToken(symbols[next].Id, symbols[next].Start, symbols[next].End);
        }
        return tokens;
    }

    private static int MergeByLooking(Span<Symbol> symbols, MergeTable merges)
    {
        for (int index = 0; index < symbols.Length; index++)
        {
            Consider(symbols, index, merges);
        }
        for (int merged = 0; ; merged++)
        {
            int best = None;
            for (int index = 0; index != None; index = symbols[index].Next)
            {
                // A symbol without a merge has the highest rank as an unsigned number.
                if (best == None || (uint)symbols[index].Rank < (uint)symbols[best].Rank)
                {
                    best = index;
                }
            }
            if (symbols[best].Rank == None)
            {
                return merged;
            }
            Merge(symbols, best);
            Consider(symbols, best, merges);
            if (symbols[best].Previous != None)
            {
                Consider(symbols, symbols[best].Previous, merges);
            }
        }
    }

    private int MergeInOrder(Span<Symbol> symbols, MergeTable merges)
    {
        _waiting.Clear();
        for (int index = 0; index < symbols.Length; index++)
        {
            ConsiderLater(symbols, index, merges);
        }
        int merged = 0;
        while (_waiting.TryTake(out int rank, out int index))
        {
            if (symbols[index].Rank != rank)
            {
                // This pair is gone: one of the two took part in a better merge.
                continue;
            }
            Merge(symbols, index);
            merged++;
            if (symbols[index].Previous != None)
            {
                ConsiderLater(symbols, symbols[index].Previous, merges);
            }
            ConsiderLater(symbols, index, merges);
        }
        return merged;
    }

    private void ConsiderLater(Span<Symbol> symbols, int index, MergeTable merges)
    {
        if (Consider(symbols, index, merges))
        {
            _waiting.Add(symbols[index].Rank, index);
        }
    }

    /// <summary>Notes the merge of a symbol with the one behind it; false when there is none.</summary>
    private static bool Consider(Span<Symbol> symbols, int index, MergeTable merges)
    {
        ref Symbol left = ref symbols[index];
        left.Rank = None;
        if (left.Next != None && merges.TryGet(left.Id, symbols[left.Next].Id, out MergeTable.Merge merge))
        {
            left.Rank = merge.Rank;
            left.MergedId = merge.Id;
            return true;
        }
        return false;
    }

    private static void Merge(Span<Symbol> symbols, int index)
    {
        ref Symbol left = ref symbols[index];
        ref Symbol right = ref symbols[left.Next];
        left.Id = left.MergedId;
        left.End = right.End;
        left.Next = right.Next;
        right.Rank = None;
        if (left.Next != None)
        {
            symbols[left.Next].Previous = index;
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
