using Hone.Engine.Tokenization.Normalizing;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>The few changes that pre-tokenizers make to the text itself.</summary>
internal static class Rewriting
{
    internal static Piece WithPrefix(Piece piece, string prefix)
    {
        MappedText source = piece.Source.Part(piece.Start, piece.End);
        var builder = new MappedText.Builder(source);
        builder.Invent(prefix);
        builder.Keep(0, source.Text.Length);
        return Whole(builder.Build());
    }

    internal static Piece Whole(MappedText text)
    {
        return new Piece(text, 0, text.Text.Length);
    }
}
