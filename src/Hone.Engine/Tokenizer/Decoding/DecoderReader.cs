using Hone.Engine.Files;
using Hone.Engine.Tokenization.Normalizing;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization.Decoding;

/// <summary>Makes one stage in front of another; the flag says whether the text follows other text.</summary>
internal delegate DecodeStage StageMaker(DecodeStage next, bool continuation);

/// <summary>Reads the `decoder` object of tokenizer.json.</summary>
internal static class DecoderReader
{
    internal static StageMaker Read(JsonField? field)
    {
        if (field is not { } decoder)
        {
            return (next, _) => new SpacedStage(next);
        }
        bool fused = false;
        double growth = 1;
        StageMaker made = ReadOne(decoder, ref fused, ref growth);
        TextGrowth.Check(growth, decoder);
        return made;
    }

    private static StageMaker ReadOne(JsonField field, ref bool fused, ref double growth)
    {
        JsonField type = field.Get("type");
        string name = type.Text();
        if (name == "Sequence")
        {
            return ReadSequence(field, ref fused, ref growth);
        }
        if (fused && name is not ("Fuse" or "Strip"))
        {
            throw type.Wrong("nothing but Strip behind Fuse");
        }
        switch (name)
        {
            case "ByteLevel":
                // It joins all tokens into one text, as Fuse does.
                fused = true;
                return (next, _) => new ByteLevelStage(next);
            case "ByteFallback":
                return (next, _) => new ByteFallbackStage(next);
            case "Fuse":
                fused = true;
                return (next, _) => next;
            case "Replace":
                return ReadReplace(field, ref growth);
            case "Metaspace":
                char mark = MetaspacePreTokenizer.ReadMark(field);
                bool drops = MetaspacePreTokenizer.ReadPrefix(field) != MetaspacePrefix.Never;
                return (next, continuation) => new MetaspaceStage(next, mark, drops && !continuation);
            case "Strip":
                return ReadStrip(field, fused);
            default:
                throw type.Wrong(
                    "a decoder of type ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence or Strip");
        }
    }

    private static StageMaker ReadSequence(JsonField field, ref bool fused, ref double growth)
    {
        var parts = new List<StageMaker>();
        foreach (JsonField part in field.Get("decoders").Items())
        {
            parts.Add(ReadOne(part, ref fused, ref growth));
        }
        parts.Reverse();
        return (next, continuation) => parts.Aggregate(next, (built, part) => part(built, continuation));
    }

    private static StageMaker ReadReplace(JsonField field, ref double growth)
    {
        TextPattern pattern = TextPattern.Read(field.Get("pattern"));
        string content = field.Get("content").Text();
        growth *= TextGrowth.OfReplacing(pattern, content);
        if (pattern is LiteralPattern literal)
        {
            return (next, _) => new ReplaceStage(
                next, piece => piece.Replace(literal.Value, content, StringComparison.Ordinal));
        }
        var replace = new ReplaceNormalizer(pattern, content);
        return (next, _) => new ReplaceStage(next, piece => replace.Apply(new MappedText(piece, 0)).Text);
    }

    private static StageMaker ReadStrip(JsonField field, bool fused)
    {
        JsonField content = field.Get("content");
        string text = content.Text();
        char stripped = text.Length == 1 ? text[0] : throw content.Wrong("one character");
        int start = field.Get("start").Integer(0, int.MaxValue);
        int stop = field.Get("stop").Integer(0, int.MaxValue);
        return fused
            ? (next, continuation) => new StripTextStage(next, stripped, continuation ? 0 : start, stop)
            : (next, _) => new StripPieceStage(next, stripped, start, stop);
    }
}
