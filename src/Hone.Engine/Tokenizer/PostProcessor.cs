using Hone.Engine.Files;

namespace Hone.Engine.Tokenization;

/// <summary>The ids that a tokenizer puts before and behind a single text.</summary>
internal sealed record PostProcessor(int[] Before, int[] Behind)
{
    internal static readonly PostProcessor None = new([], []);

    /// <summary>Published templates add one or two; a small file could otherwise ask for billions.</summary>
    private const int MostIds = 1000;

    /// <summary>Reads the `post_processor` object of tokenizer.json.</summary>
    internal static PostProcessor Read(JsonField field, Vocabulary vocabulary)
    {
        PostProcessor read = ReadOne(field);
        foreach (int id in read.Before.Concat(read.Behind))
        {
            if (vocabulary.TokenOf(id) is null)
            {
                throw field.Error($"adds id {id}", "the id of a token of this file");
            }
        }
        return read;
    }

    /// <summary>
    /// These ids with the beginning or end token that tokenizer_config.json asks for; null leaves a side as it is.
    /// </summary>
    internal PostProcessor With(bool? bos, int? bosId, bool? eos, int? eosId)
    {
        return new PostProcessor(Side(Before, bos, bosId), Side(Behind, eos, eosId));
    }

    private static int[] Side(int[] ids, bool? wanted, int? id)
    {
        return (wanted, id) switch
        {
            (true, int added) => ids.Contains(added) ? ids : [.. ids, added],
            (false, int removed) => [.. ids.Where(other => other != removed)],
            _ => ids,
        };
    }

    private static PostProcessor ReadOne(JsonField field)
    {
        JsonField type = field.Get("type");
        return type.Text() switch
        {
            // It only trims the spaces off the ranges of tokens; ours keep them, so that ranges cover the text.
            "ByteLevel" => None,
            "TemplateProcessing" => ReadTemplate(field),
            "Sequence" => field.Get("processors").Items().Select(ReadOne).Aggregate(None, Around),
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
            if (before.Count + behind.Count > MostIds)
            {
                throw template.Error($"adds {before.Count + behind.Count} ids", $"at most {MostIds}");
            }
        }
        return seenText
            ? new PostProcessor([.. before], [.. behind])
            : throw template.Error("has no text", "the Sequence 'A' between special tokens");
    }
}
