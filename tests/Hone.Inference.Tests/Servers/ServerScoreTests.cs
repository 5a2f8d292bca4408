using System.Text.Json.Nodes;
using Hone.Inference.Scoring;
using Hone.Inference.Servers;
using Hone.Records.DataSets;

namespace Hone.Inference.Tests.Servers;

/// <summary>Teacher forcing over HTTP: the numbers of the model behind it, bit for bit.</summary>
public sealed class ServerScoreTests : ServerTest
{
    public static TheoryData<string, bool> Ways => new()
    {
        { "vllm", false }, { "vllm", true }, { "hone", true }, { "sglang", false }, { "sglang", true }, { "tgi", false }, { "tgi", true },
        { "openai", false }, { "openai", true },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Scores_are_those_of_the_model_in_this_process(string kind, bool tokenizer)
    {
        ScoringRequest[] requests =
        [
            new("2+2 is 42", 7), new("2+2 is 42", 0), new("a=42;b", 2, 4), new("price \u20ac5=10", 9), new("1=10 \u20ac", 2),
            new("\U0001F600=10", 3), new("2+2=", 4), new("naive caf\u00e9", 10),
        ];
        ServerPool pool = Connect(Options with { Tokenizer = tokenizer ? Model.Tokenizer : null }, Start(Shape(kind)));
        Same(Model.Score(requests).Select(score => score!.LogProbs), Score(pool, requests));
    }

    [Theory]
    [InlineData("vllm", false)]
    [InlineData("vllm", true)]
    [InlineData("hone", true)]
    public void A_text_beyond_the_context_has_no_score(string kind, bool tokenizer)
    {
        ServerPool pool = Connect(Options with { Tokenizer = tokenizer ? Model.Tokenizer : null }, Start(Shape(kind)));
        Assert.Equal(TinyModel.Context, pool.ContextTokens);
        string full = new('y', TinyModel.Context);
        TextScore?[] scores = Score(pool, new ScoringRequest(full + "y", 3), new ScoringRequest("ab", 1), new ScoringRequest(full, 60));
        Assert.Null(scores[0]);
        Assert.NotNull(scores[1]);

        // vLLM samples a token behind every prompt, so that one as long as the context does not fit; ours need not.
        Assert.Equal(kind == "hone", scores[2] is not null);
    }

    [Fact]
    public void With_a_tokenizer_ids_are_sent_and_without_it_text()
    {
        FakeServer server = Start(Shapes.Vllm());
        Score(Connect(Options with { Tokenizer = Model.Tokenizer }, server), new ScoringRequest("ab", 1));
        Assert.Equal("[97,98]", server.Requests[^1].Body!["prompt"]!.ToJsonString());
        Score(Connect(server), new ScoringRequest("ab", 1));
        Assert.Equal("ab", (string)server.Requests[^1].Body!["prompt"]!);
        Assert.True((bool)server.Requests[^1].Body!["add_special_tokens"]!);
    }

    [Fact]
    public void A_target_that_begins_in_a_split_character_asks_for_the_tokenizer()
    {
        var request = new ScoringRequest("a\u00e9\u00e8b", 2);
        var error = Assert.Throws<ServerException>(() => Score(Connect(Start(Shapes.Vllm())), request));
        Assert.Contains("give --tokenizer DIR", error.Message, StringComparison.Ordinal);
        Same([Model.Score(request)[0]!.LogProbs], Score(Connect(Options with { Tokenizer = Model.Tokenizer }, Start(Shapes.Vllm())), request));
    }

    [Fact]
    public void A_server_that_scores_another_text_is_caught()
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool edit = false;
        ServerPool pool = Connect(Start(request =>
        {
            if (edit && request.Body?["prompt"] is JsonValue text)
            {
                request.Body["prompt"] = "You are helpful. " + (string)text!;
            }

            return shape(request);
        }));
        edit = true;
        var error = Assert.Throws<ServerException>(() => Score(pool, new ScoringRequest("2+2=4", 4)));
        Assert.Contains("do not add up to the text that was sent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_of_a_data_set_are_scored_as_in_this_process()
    {
        DataRow[] rows = [.. Enumerable.Range(0, 30).Select(i => new DataRow($"r{i}", $"{i}+{i}=", $"{2 * i}", null, null, default, i))];
        ServerPool pool = Connect(Start(Shapes.Vllm()), Start(Shapes.Sglang()));
        Dictionary<string, float[]?> Of(ITextModel model)
        {
            Dictionary<string, float[]?> scores = [];
            new PromptScorer(model).Score(rows, score => scores.Add(score.Row.Id, score.LogProbs), Cancel);
            return scores;
        }

        Dictionary<string, float[]?> local = Of(Model.Text), served = Of(pool);
        Assert.All(rows, row => Assert.Equal(local[row.Id], served[row.Id]));
    }

    private Func<FakeRequest, FakeReply> Shape(string kind) => kind switch
    {
        "vllm" or "hone" => Shapes.Vllm(kind),
        "sglang" => Shapes.Sglang(),
        "tgi" => Shapes.Tgi(prefill: true),
        _ => Shapes.OpenAi(),
    };
}
