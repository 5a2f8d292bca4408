using System.Text;
using Hone.Engine.Tokenization;
using Hone.Training.Batches;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Batches;

public class TextTokensTests
{
    // Ids: 0 <s>, 1 the mark, 2 a, 3 b, 4 mark+a, 5 mark+b; texts begin with <s> and a mark that they do not have.
    private const string WordsJson = """
        {"version":"1.0","added_tokens":[{"id":0,"content":"<s>","special":true,"normalized":false}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"\u2581"},
          {"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]},
         "pre_tokenizer":null,
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
          {"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}},
         "decoder":null,
         "model":{"type":"BPE","byte_fallback":false,"vocab":{"<s>":0,"\u2581":1,"a":2,"b":3,"\u2581a":4,"\u2581b":5},
          "merges":["\u2581 a","\u2581 b"]}}
        """;

    private static readonly Tokenizer Words = TokenizerFile.Parse(Encoding.UTF8.GetBytes(WordsJson));

    [Fact]
    public void Bytes_are_cut_where_the_completion_begins()
    {
        TokenGroup pair = TextTokens.Pair(TinyPolicy.Tokenizer, "1+1=", "2 \u00e9", TinyPolicy.EndToken);
        Assert.Equal("1+1="u8.ToArray().Select(value => (int)value), pair.Prompt);
        Assert.Equal(["2 \u00e9"u8.ToArray().Select(value => (int)value).Append(256)], pair.Completions);
    }

    [Fact]
    public void Characters_of_several_bytes_before_the_cut_stay_in_the_prompt()
    {
        TokenGroup pair = TextTokens.Pair(TinyPolicy.Tokenizer, "\u00e9\U0001F600", "\u00e9", null);
        Assert.Equal(6, pair.Prompt.Length);
        Assert.Equal([0xC3, 0xA9], pair.Completions[0]);
    }

    [Fact]
    public void Completion_is_a_continuation_and_not_a_text_of_its_own()
    {
        // Alone, "b" would be the word mark+b, behind <s>.
        Assert.Equal([0, 5], Words.Encode("b"));
        TokenGroup pair = TextTokens.Pair(Words, "a", "b a", 9);
        Assert.Equal([0, 4], pair.Prompt);
        Assert.Equal([[3, 4, 9]], pair.Completions);
    }

    [Fact]
    public void Token_across_the_cut_belongs_to_the_completion()
    {
        TokenGroup pair = TextTokens.Pair(Words, "a ", "b", null);
        Assert.Equal([0, 4], pair.Prompt);
        Assert.Equal([[5]], pair.Completions);
    }

    [Fact]
    public void Empty_completion_is_the_end_token()
    {
        TokenGroup pair = TextTokens.Pair(TinyPolicy.Tokenizer, "ab", "", TinyPolicy.EndToken);
        Assert.Equal([97, 98], pair.Prompt);
        Assert.Equal([[256]], pair.Completions);
    }

    [Fact]
    public void Prompt_has_at_least_one_token()
    {
        Assert.Equal([0], TextTokens.Prompt(Words, ""));
        var error = Assert.Throws<InvalidDataException>(() => TextTokens.Prompt(TinyPolicy.Tokenizer, ""));
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
    }
}
