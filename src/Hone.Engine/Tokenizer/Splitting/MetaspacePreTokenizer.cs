using Hone.Engine.Files;
using Hone.Engine.Tokenization.Normalizing;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>SentencePiece's way: spaces become a visible mark, and each word begins with its own.</summary>
internal sealed class MetaspacePreTokenizer(char mark, MetaspacePrefix prefix, bool splits) : PreTokenizer
{
    private readonly ReplaceNormalizer _marks = new(new LiteralPattern(" "), mark.ToString());
    private readonly SplitPreTokenizer _words
        = new(new LiteralPattern(mark.ToString()), SplitBehavior.MergedWithNext, invert: false);

    internal static MetaspacePreTokenizer ReadSettings(JsonField field)
    {
        return new MetaspacePreTokenizer(ReadMark(field), ReadPrefix(field), field.Find("split")?.Flag() ?? true);
    }

    internal override void Split(Piece piece, List<Piece> parts)
    {
        bool isFirst = piece.Source.StartOf(piece.Start) == 0;
        piece = Rewriting.Whole(_marks.Apply(piece.Source.Part(piece.Start, piece.End)));
        if (piece.Text[0] != mark && (prefix == MetaspacePrefix.Always || (prefix == MetaspacePrefix.First && isFirst)))
        {
            piece = Rewriting.WithPrefix(piece, mark.ToString());
        }
        if (splits)
        {
            _words.Split(piece, parts);
        }
        else
        {
            parts.Add(piece);
        }
    }

    internal static char ReadMark(JsonField field)
    {
        JsonField replacement = field.Get("replacement");
        string value = replacement.Text();
        return value.Length == 1 ? value[0] : throw replacement.Wrong("one character");
    }

    /// <summary>The scheme; files from before there were schemes have a flag instead.</summary>
    internal static MetaspacePrefix ReadPrefix(JsonField field)
    {
        if (field.Find("prepend_scheme") is not { } scheme)
        {
            return field.Find("add_prefix_space")?.Flag() ?? true ? MetaspacePrefix.Always : MetaspacePrefix.Never;
        }
        return scheme.Text() switch
        {
            "always" => MetaspacePrefix.Always,
            "first" => MetaspacePrefix.First,
            "never" => MetaspacePrefix.Never,
            _ => throw scheme.Wrong("'always', 'first' or 'never'"),
        };
    }
}

/// <summary>Which texts get a mark in front.</summary>
internal enum MetaspacePrefix
{
    /// <summary>All.</summary>
    Always,

    /// <summary>Only what begins the input.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}
