namespace Hone.Training.Losses;

/// <summary>Size of a whole update, of which one call may see only a micro-batch.</summary>
/// <remarks>Losses are divided by the update's size, so that adding up micro-batches is
/// the same as one batch.</remarks>
/// <param name="Tokens">Completion tokens of the update.</param>
/// <param name="Sequences">Completions of the update.</param>
public readonly record struct UpdateSize(long Tokens, int Sequences)
{
    /// <summary>The size of an update that consists of these sequences.</summary>
    /// <param name="sequenceStarts">(S + 1) index of each sequence's first token, then the number of tokens.</param>
    /// <returns>Tokens and sequences.</returns>
    /// <exception cref="ArgumentException">The starts are empty, fall, or do not begin at 0.</exception>
    public static UpdateSize Of(ReadOnlySpan<int> sequenceStarts)
    {
        Throw.IfNotStarts(sequenceStarts);
        return new UpdateSize(sequenceStarts[^1], sequenceStarts.Length - 1);
    }

    /// <summary>Both together.</summary>
    /// <param name="a">One part.</param>
    /// <param name="b">Another part.</param>
    /// <returns>Sums of tokens and sequences.</returns>
    public static UpdateSize operator +(UpdateSize a, UpdateSize b) => Add(a, b);

    /// <summary>Both together.</summary>
    /// <param name="a">One part.</param>
    /// <param name="b">Another part.</param>
    /// <returns>Sums of tokens and sequences.</returns>
    public static UpdateSize Add(UpdateSize a, UpdateSize b) => new(a.Tokens + b.Tokens, a.Sequences + b.Sequences);
}
