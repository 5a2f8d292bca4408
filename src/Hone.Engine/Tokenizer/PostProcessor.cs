using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>The ids that a tokenizer puts before and behind a single text.</summary>
internal sealed record PostProcessor(int[] Before, int[] Behind)
{
    internal static readonly PostProcessor None = new([], []);

    /// <summary>Reads the `post_processor` object of tokenizer.json.</summary>
    internal static PostProcessor Read(JsonField field)
    {
        JsonField type = field.Get("type");
        return type.Text() switch
        {
            // It only trims the spaces off the ranges of tokens; ours keep them, so that ranges cover the text.
            "ByteLevel" => None,
            "TemplateProcessing" => ReadTemplate(field),
            "Sequence" => field.Get("processors").Items().Select(Read).Aggregate(None, Around),
            _ => throw type.Wrong("a post-processor of type ByteLevel, Sequence or TemplateProcessing"),
        };
    }

    private static PostProcessor Around(PostProcessor inner, PostProcessor outer)
    {
        return new PostProcessor([.. outer.Before, .. inner.Before], [.. inner.Behind, .. outer.Behind]);
    }

    private static PostProcessor ReadTemplate(JsonField field)
    {
        var before = new List<int>();
        var behind = new List<int>();
        bool seenText = false;
        JsonField template = field.Get("single");
        foreach (JsonField item in template.Items())
        {
            if (item.Find("Sequence") is { } sequence)
            {
                if (seenText || sequence.Get("id").Text() != "A")
                {
                    throw sequence.Error("is a second text", "the text 'A' once");
                }
                seenText = true;
                continue;
            }
            string name = item.Get("SpecialToken").Get("id").Text();
            IEnumerable<JsonField> ids = field.Get("special_tokens").Get(name).Get("ids").Items();
            (seenText ? behind : before).AddRange(ids.Select(id => id.Integer(0, Vocabulary.HighestId)));
        }
        return seenText
            ? new PostProcessor([.. before], [.. behind])
            : throw template.Error("has no text", "the Sequence 'A' between special tokens");
    }
}
