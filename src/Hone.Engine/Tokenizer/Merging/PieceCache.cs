namespace Hone.Engine.Tokenization.Merging;

/// <summary>A token of a piece, with the chars of the piece that it covers.</summary>
internal readonly record struct PieceToken(int Id, int Start, int End);

/// <summary>
/// Remembers the tokens of short pieces, since texts repeat their words. Each piece has one slot that the next piece
/// of the same hash takes over, so the size is fixed; slots are whole objects, so threads need no lock.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>Longer pieces seldom come twice.</summary>
    private const int LongestPiece = 32;

    /// <summary>A power of two: some words of most texts, in about two megabytes.</summary>
    private const int Slots = 1 << 14;

    private readonly Entry?[] _entries = new Entry?[Slots];

    internal PieceToken[]? Find(ReadOnlySpan<char> piece)
    {
        return piece.Length <= LongestPiece && Volatile.Read(ref _entries[Slot(piece)]) is { } entry
            && piece.SequenceEqual(entry.Piece) ? entry.Tokens : null;
    }

    internal void Store(ReadOnlySpan<char> piece, PieceToken[] tokens)
    {
        if (piece.Length <= LongestPiece)
        {
            Volatile.Write(ref _entries[Slot(piece)], new Entry(piece.ToString(), tokens));
        }
    }

    private static int Slot(ReadOnlySpan<char> piece)
    {
        return string.GetHashCode(piece) & (Slots - 1);
    }

    private sealed record Entry(string Piece, PieceToken[] Tokens);
}
