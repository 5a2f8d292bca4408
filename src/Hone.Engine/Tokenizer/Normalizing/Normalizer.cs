using Hone.Engine.Files;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>Rewrites text before it is split; null stands for leaving it as it is.</summary>
internal abstract class Normalizer
{
    internal abstract MappedText Apply(MappedText text);

    /// <summary>Reads the `normalizer` object of tokenizer.json.</summary>
    internal static Normalizer Read(JsonField field)
    {
        JsonField type = field.Get("type");
        return type.Text() switch
        {
            "Sequence" => new SequenceNormalizer([.. field.Get("normalizers").Items().Select(Read)]),
            "Prepend" => new PrependNormalizer(field.Get("prepend").Text()),
            "Replace" => new ReplaceNormalizer(TextPattern.Read(field.Get("pattern")), field.Get("content").Text()),
            "NFC" => NfcNormalizer.Create(),
            _ => throw type.Wrong("a normalizer of type NFC, Prepend, Replace or Sequence"),
        };
    }
}

/// <summary>One after the other.</summary>
internal sealed class SequenceNormalizer(Normalizer[] parts) : Normalizer
{
    internal override MappedText Apply(MappedText text)
    {
        return parts.Aggregate(text, (current, part) => part.Apply(current));
    }
}

/// <summary>Puts a string in front of every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
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
