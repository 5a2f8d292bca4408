using System.Text;
using Hone.Engine.Tokenization;

namespace Hone.Inference.Tests;

public class LocalModelScoreTests
{
    // Bytes would tell nothing of offsets: here " 4" and "42" are tokens, and " 42" is " 4" and "2". Ids: 0 space, 1 =,
    // 2 "4", 3 "2", 4 " 4", 5 "42".
    private const string MergesJson = """
        {"version":"1.0","added_tokens":[],"normalizer":null,
         "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false},
         "post_processor":null,"decoder":{"type":"ByteLevel"},
         "model":{"type":"BPE","vocab":{"\u0120":0,"=":1,"4":2,"2":3,"\u01204":4,"42":5},"merges":["\u0120 4","4 2"]}}
        """;

    // A beginning token and a mark in front of the text, as SentencePiece has them. Ids: 0 <s>, 1 mark, 2 a, 3 b, 4 mark+a.
    private const string MarksJson = """
        {"version":"1.0","added_tokens":[{"id":0,"content":"<s>","special":true,"normalized":false}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"\u2581"},
          {"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]},
         "pre_tokenizer":null,
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
          {"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}},
         "decoder":null,
         "model":{"type":"BPE","vocab":{"<s>":0,"\u2581":1,"a":2,"b":3,"\u2581a":4},"merges":["\u2581 a"]}}
        """;

    [Fact]
    public void Score_is_that_of_a_pass_of_its_own_whatever_it_is_batched_with()
    {
        // 150 texts of 1 to 64 bytes: some passes of 4,096 tokens.
        const string Base = "The quick brown fox jumps over the lazy dog; and then, once more.";
        ScoringRequest[] requests =
            [.. Enumerable.Range(0, 150).Select(i => new ScoringRequest(Base[..(1 + (i * 7 % 64))], i % (1 + (i * 7 % 64))))];
        Assert.True(requests.Sum(request => request.Text.Length) > 4096);
        using TinyModel model = new(), other = new(threads: 2);
        TextScore?[] together = model.Score(requests);
        TextScore?[] reversed = other.Score([.. requests.Reverse()]);
        for (int i = 0; i < requests.Length; i++)
        {
            int first = Math.Max(1, requests[i].TargetStart);
            Assert.Equal(first, together[i]!.FirstTarget);
            Same(model.LogProbs(requests[i].Text, first), together[i]!);
            Same(together[i]!.LogProbs, reversed[^(i + 1)]!);
        }
    }

    [Fact]
    public void Part_is_found_by_offsets_where_it_is_tokenised_otherwise_alone()
    {
        using var model = new TinyModel(TokenizerFile.Parse(Encoding.UTF8.GetBytes(MergesJson)), vocabulary: 8);
        Assert.Equal([5], model.Tokenizer.Encode("42"));
        TextScore score = model.Score(new ScoringRequest("=4 42", 3))[0]!;
        Assert.Equal([1, 2, 4, 3], score.Tokens);
        Assert.Equal(2, score.FirstTarget);
        Same(model.LogProbs([1, 2, 4, 3], 2), score);
    }

    [Fact]
    public void Part_may_end_before_the_text_does()
    {
        using var model = new TinyModel();
        TextScore score = model.Score(new ScoringRequest("a=42;b", 2, 4))[0]!;
        Assert.Equal(2, score.FirstTarget);
        Same(model.LogProbs("a=42;b", 2)[..2], score);
    }

    [Fact]
    public void Tokens_put_in_front_of_the_text_are_not_part_of_it()
    {
        using var model = new TinyModel(TokenizerFile.Parse(Encoding.UTF8.GetBytes(MarksJson)), vocabulary: 8);
        TextScore[] scores = [.. model.Score(new ScoringRequest("ab a", 0), new ScoringRequest("b", 0))!];
        Assert.Equal([0, 4, 3, 4], scores[0].Tokens);
        Assert.Equal(1, scores[0].FirstTarget);
        Same(model.LogProbs([0, 4, 3, 4], 1), scores[0]);

        // The mark that the tokenizer put in front of b covers nothing of the text.
        Assert.Equal([0, 1, 3], scores[1].Tokens);
        Same(model.LogProbs([0, 1, 3], 2), scores[1]);
    }

    [Fact]
    public void Character_of_several_bytes_is_scored_whole()
    {
        using var model = new TinyModel();
        TextScore score = model.Score(new ScoringRequest("x=\u00e9", 2))[0]!;
        Assert.Equal((2, 2), (score.FirstTarget, score.LogProbs.Length));
        Same(model.LogProbs([0x78, 0x3D, 0xC3, 0xA9], 2), score);
    }

    [Fact]
    public void Empty_part_has_no_tokens()
    {
        using var model = new TinyModel();
        TextScore?[] scores = model.Score(new ScoringRequest("2+2=", 4), new ScoringRequest("2+2=4", 4));
        Assert.Empty(scores[0]!.LogProbs);
        Same(model.LogProbs("2+2=4", 4), scores[1]!);
    }

    [Fact]
    public void Text_longer_than_the_context_has_no_score_and_disturbs_no_other()
    {
        using var model = new TinyModel();
        string full = new('y', TinyModel.Context);
        TextScore?[] scores = model.Score(new ScoringRequest("ab", 1), new ScoringRequest(full + "y", 3), new ScoringRequest(full, 60));
        Assert.Null(scores[1]);
        Same(model.LogProbs("ab", 1), scores[0]!);
        Same(model.LogProbs(full, 60), scores[2]!);
    }

    private static void Same(float[] expected, TextScore score) => Assert.Equal(Bits(expected), Bits(score.LogProbs));

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
