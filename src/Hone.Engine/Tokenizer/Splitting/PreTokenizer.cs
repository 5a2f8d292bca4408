using Hone.Engine.Files;

namespace Hone.Engine.Tokenization.Splitting;

/// <summary>Splits text into the pieces that merges never cross.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Whether pieces are to be spelt in <see cref="ByteAlphabet"/>.</summary>
    internal virtual bool ByteLevel => false;

    /// <summary>Adds the parts of a piece that is not empty; none of them may be empty.</summary>
    internal abstract void Split(Piece piece, List<Piece> parts);

    /// <summary>Reads the `pre_tokenizer` object of tokenizer.json.</summary>
    internal static PreTokenizer Read(JsonField field)
    {
        JsonField type = field.Get("type");
        return type.Text() switch
        {
            "ByteLevel" => new ByteLevelPreTokenizer(
                field.Find("add_prefix_space")?.Flag() ?? true, field.Find("use_regex")?.Flag() ?? true),
            "Digits" => new DigitsPreTokenizer(field.Find("individual_digits")?.Flag() ?? false),
            "Metaspace" => MetaspacePreTokenizer.ReadSettings(field),
            "Punctuation" => new SplitPreTokenizer(
                CharacterPattern.Punctuation, SplitPreTokenizer.ReadBehavior(field.Find("behavior")), invert: false),
            "Sequence" => SequencePreTokenizer.ReadParts(field),
            "Split" => SplitPreTokenizer.ReadSettings(field),
            "Whitespace" => new SplitPreTokenizer(new WordPattern(), SplitBehavior.Removed, invert: true),
            "WhitespaceSplit" => new SplitPreTokenizer(
                CharacterPattern.WhiteSpace, SplitBehavior.Removed, invert: false),
            _ => throw type.Wrong(
                "a pre-tokenizer of type ByteLevel, Digits, Metaspace, Punctuation, Sequence, Split, Whitespace or "
                + "WhitespaceSplit"),
        };
    }
}

/// <summary>One after the other, each on the parts of the one before.</summary>
internal sealed class SequencePreTokenizer(PreTokenizer[] steps) : PreTokenizer
{
    internal override bool ByteLevel => steps.Any(step => step.ByteLevel);

    internal static SequencePreTokenizer ReadParts(JsonField field)
    {
        JsonField list = field.Get("pretokenizers");
        PreTokenizer[] steps = [.. list.Items().Select(Read)];
        // The published pipeline would hand the byte alphabet to whatever follows; nothing in use does that.
        return steps.SkipLast(1).Any(step => step.ByteLevel)
            ? throw list.Error("has a ByteLevel step with others behind it", "ByteLevel to be the last step")
            : new SequencePreTokenizer(steps);
    }

    internal override void Split(Piece piece, List<Piece> parts)
    {
        List<Piece> current = [piece];
        foreach (PreTokenizer step in steps)
        {
            var next = new List<Piece>(current.Count);
            foreach (Piece part in current)
            {
                step.Split(part, next);
            }
            current = next;
        }
        parts.AddRange(current);
    }
}

/// <summary>GPT-2's words, to be spelt in bytes.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool splitsWords) : PreTokenizer
{
    internal override bool ByteLevel => true;

    internal override void Split(Piece piece, List<Piece> parts)
    {
        if (addPrefixSpace && piece.Text[0] != ' ')
        {
            piece = Rewriting.WithPrefix(piece, " ");
        }
        if (!splitsWords)
        {
            parts.Add(piece);
            return;
        }
        var words = new List<TextRange>();
        WordScanner.Gpt2.Find(piece.Text, words);
        foreach (TextRange word in words)
        {
            parts.Add(piece.Part(word));
        }
    }
}

/// <summary>Sets numbers apart, whole or digit by digit.</summary>
internal sealed class DigitsPreTokenizer(bool individually) : PreTokenizer
{
    internal override void Split(Piece piece, List<Piece> parts)
    {
        ReadOnlySpan<char> text = piece.Text;
        int start = 0;
        bool inNumber = false;
        for (int index = 0; index < text.Length;)
        {
            bool isNumber = CharacterClasses.At(text, index, out int length) == CharacterClass.Number;
            if (index > start && (isNumber != inNumber || (isNumber && individually)))
            {
                parts.Add(piece.Part(new TextRange(start, index)));
                start = index;
            }
            inNumber = isNumber;
            index += length;
        }
        parts.Add(piece.Part(new TextRange(start, text.Length)));
    }
}
