using Hone.Engine.Tokenization.Normalizing;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>A stretch of normalised text that is tokenised by itself.</summary>
internal readonly record struct Piece(MappedText Source, int Start, int End)
{
    internal ReadOnlySpan<char> Text => Source.Text.AsSpan(Start, End - Start);

    internal Piece Part(TextRange range)
    {
        return new Piece(Source, Start + range.Start, Start + range.End);
    }
}
