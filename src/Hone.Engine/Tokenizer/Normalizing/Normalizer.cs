using Hone.Engine.Files;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>Rewrites text before it is split; null stands for leaving it as it is.</summary>
internal abstract class Normalizer
{
    /// <summary>How many times as long a text may become, short prefixes apart.</summary>
    internal abstract double Growth { get; }

    internal abstract MappedText Apply(MappedText text);

    /// <summary>Reads the `normalizer` object of tokenizer.json.</summary>
    internal static Normalizer Read(JsonField field)
    {
        Normalizer normalizer = ReadOne(field);
        TextGrowth.Check(normalizer.Growth, field);
        return normalizer;
    }

    private static Normalizer ReadOne(JsonField field)
    {
        JsonField type = field.Get("type");
        return type.Text() switch
        {
            "Lowercase" => new LowercaseNormalizer(),
            "NFC" => new NfcNormalizer(),
            "Prepend" => new PrependNormalizer(TextGrowth.ReadShort(field.Get("prepend"))),
            "Replace" => new ReplaceNormalizer(TextPattern.Read(field.Get("pattern")), field.Get("content").Text()),
            "Sequence" => new SequenceNormalizer([.. field.Get("normalizers").Items().Select(ReadOne)]),
            "Strip" => new StripNormalizer(
                field.Find("strip_left")?.Flag() ?? true, field.Find("strip_right")?.Flag() ?? true),
            _ => throw type.Wrong("a normalizer of type Lowercase, NFC, Prepend, Replace, Sequence or Strip"),
        };
    }
}

/// <summary>One after the other.</summary>
internal sealed class SequenceNormalizer(Normalizer[] parts) : Normalizer
{
    internal override double Growth => parts.Aggregate(1.0, (growth, part) => growth * part.Growth);

    internal override MappedText Apply(MappedText text)
    {
        return parts.Aggregate(text, (current, part) => part.Apply(current));
    }
}

/// <summary>Puts a string in front of every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    internal override double Growth => 1;

    internal override MappedText Apply(MappedText text)
    {
        if (text.Text.Length == 0)
        {
            return text;
        }
        var builder = new MappedText.Builder(text);
        builder.Invent(prefix);
        builder.Keep(0, text.Text.Length);
        return builder.Build();
    }
}

/// <summary>Replaces every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    internal override double Growth => TextGrowth.OfReplacing(pattern, content);

    internal override MappedText Apply(MappedText text)
    {
        var matches = new List<TextRange>();
        pattern.Find(text.Text, matches);
        if (matches.Count == 0)
        {
            return text;
        }
        var builder = new MappedText.Builder(text);
        int kept = 0;
        foreach (TextRange match in matches)
        {
            builder.Keep(kept, match.Start);
            builder.Replace(match.Start, match.End, content);
            kept = match.End;
        }
        builder.Keep(kept, text.Text.Length);
        return builder.Build();
    }
}

/// <summary>Takes the white space off the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    internal override double Growth => 1;

    internal override MappedText Apply(MappedText text)
    {
        ReadOnlySpan<char> value = text.Text;
        int end = right ? value.TrimEnd().Length : value.Length;
        int start = left ? end - value[..end].TrimStart().Length : 0;
        return text.Part(start, end);
    }
}
