using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

/// <summary>Answers that cannot be right: a retry where the next one may be, and otherwise an error that says what came.</summary>
public sealed class HostileServerTests : ServerTest
{
    private static readonly ScoringRequest Request = new("2+2=4", 4);

    public static TheoryData<string, string> Bodies => new()
    {
        { "<html><body>502 Bad Gateway</body></html>", "answered '<html><body>502 Bad Gateway</body></html>', expected JSON" },
        { """{"choices":[{"index":0,"prompt_logprobs":[nu""", "expected JSON" },
        { "", "answered nothing, expected JSON" },
        { "[]", "expected JSON" },
        { "null", "expected JSON" },
        { new string('[', 100_000), "expected JSON" },
        { "{}", "without an array 'choices'" },
        { """{"choices":[]}""", "with 0 items in 'choices', expected 1" },
        { """{"choices":"x"}""", "without an array 'choices'" },
        { """{"choices":[7]}""", "without an array 'prompt_logprobs'" },
    };

    public static TheoryData<string, string> Edits => new()
    {
        { "twice", "with 2 items in 'choices', expected 1" },
        { "index", "with choice 1, expected choice 0" },
        { "short", "with 4 items in 'prompt_logprobs', expected 5" },
        { "long", "with 6 items in 'prompt_logprobs', expected 5" },
        { "first", "with a log-probability for the first token" },
        { "missing", "with 0 tokens at position 2" },
        { "two", "with 2 tokens at position 2" },
        { "no id", "expected one, under its id" },
        { "-0.5x", "as a log-probability" },
        { "positive", "with 0.5 as a log-probability in 'prompt_logprobs', expected a finite number, at most 0" },
        { "huge", "with -1e999 as a log-probability" },
        { "text", "as a log-probability in 'prompt_logprobs', expected a number" },
        { "null", "with nothing as a log-probability" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_that_is_no_answer_is_retried_and_then_an_error(string body, string message) =>
        CheckRetriedThenRefused((_, whole) => whole with { Body = body }, message);

    [Theory]
    [MemberData(nameof(Edits))]
    public void Numbers_that_cannot_be_right_are_retried_and_then_an_error(string edit, string message) =>
        CheckRetriedThenRefused((_, whole) => whole with { Body = Edit(whole.Body, edit) }, message);

    [Fact]
    public void Bare_nan_is_no_json() => CheckRetriedThenRefused(
        (_, whole) => whole with { Body = whole.Body.Replace("\"rank\":3", "\"rank\":NaN", StringComparison.Ordinal) }, "expected JSON");

    [Theory]
    [InlineData(-2)]
    [InlineData(0)]
    [InlineData(50)]
    public void A_connection_that_is_reset_is_retried(int after) =>
        CheckRetriedThenRefused((_, whole) => whole with { ResetAfter = after }, "no answer from /v1/completions");

    [Fact]
    public void An_answer_of_gigabytes_is_not_read()
    {
        ServerOptions options = Options with { LongestAnswer = 1 << 20 };
        CheckRetriedThenRefused((_, whole) => whole with { Body = whole.Body + new string(' ', 2 << 20) }, "answered with more than 1 MiB", options);
    }

    [Fact]
    public void An_answer_that_drips_is_given_up_when_its_time_is_over()
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool drip = false;
        ServerPool pool = Connect(
            Options with { Timeout = TimeSpan.FromSeconds(1) },
            Start(request => shape(request) with { Drip = drip ? TimeSpan.FromMilliseconds(100) : TimeSpan.Zero }));
        drip = true;
        long begun = Stopwatch.GetTimestamp();
        var error = Assert.Throws<ServerException>(() => Score(pool, Request));
        Assert.Contains("did not answer in full within 1 s", error.Message, StringComparison.Ordinal);

        // A server that answers nobody in the whole time is set aside after the first request.
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0.9, 10);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public void A_complaint_of_many_lines_is_one_line(int status)
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool refuse = false;
        ServerPool pool = Connect(Start(request => refuse
            ? new FakeReply(status, new JsonObject { ["message"] = "first\nsecond\u001b[31m" + new string('x', 9000) }.ToJsonString())
            : shape(request)));
        refuse = true;
        var error = Assert.Throws<ServerException>(() => Score(pool, Request));
        Assert.InRange(error.Message.Length, 50, 500);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Theory]
    [InlineData("""{"error":{"message":"This model's maximum context length is 10 tokens.","type":"BadRequestError","code":400}}""")]
    [InlineData("""{"object":"error","message":"This model's maximum context length is 10 tokens.","code":400}""")]
    [InlineData("""{"error":{"message":"The input (20 tokens) is longer than the model's context length (10 tokens)."}}""")]
    [InlineData("""{"error":{"code":400,"message":"request (20 tokens) exceeds the available context size (10 tokens)","type":"exceed_context_size_error"}}""")]
    [InlineData("""{"error":"Input validation error: `inputs` must have less than 10 tokens. Given: 20","error_type":"validation"}""")]
    public void Texts_that_are_too_long_have_no_score_whoever_says_so(string body)
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm(context: 4000);
        ServerPool pool = Connect(Start(request => request.Body?["prompt"]?.ToString() == "long" ? new FakeReply(400, body) : shape(request)));
        TextScore?[] scores = Score(pool, new ScoringRequest("long", 1), Request);
        Assert.Null(scores[0]);
        Assert.NotNull(scores[1]);
    }

    [Theory]
    [InlineData("count", "with 3 log-probabilities for 4 tokens")]
    [InlineData("most", "at most 2")]
    [InlineData("reason", "without a text 'finish_reason'")]
    public void Sampled_answers_are_checked_too(string edit, string message)
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool wrong = false;
        ServerPool pool = Connect(Options with { Retries = 1 }, Start(request =>
        {
            FakeReply reply = shape(request);
            if (!wrong)
            {
                return reply;
            }

            JsonObject body = JsonNode.Parse(reply.Body)!.AsObject(), choice = body["choices"]![0]!.AsObject();
            JsonArray values = choice["logprobs"]!["token_logprobs"]!.AsArray();
            switch (edit)
            {
                case "count":
                    body["usage"]!["completion_tokens"] = 4;
                    values.Add(-1.0);
                    break;
                case "most":
                    values.Add(-1.0);
                    values.Add(-1.0);
                    break;
                default:
                    choice["finish_reason"] = null;
                    break;
            }

            return FakeReply.Json(body);
        }));
        wrong = true;
        var error = Assert.Throws<ServerException>(
            () => pool.Complete([new CompletionRequest("ab", [1], 2)], new Engine.Kernels.SamplingRule(), cancel: Cancel));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_sent_and_never_shown()
    {
        const string Key = "sk-sesame-123";
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool refuse = false;
        FakeServer server = Start(request => refuse
            ? new FakeReply(401, $$$"""{"error":{"message":"Incorrect API key provided: {{{Key}}}"}}""")
            : shape(request));
        ServerPool pool = Connect(Options with { Environment = name => name == "HONE_API_KEY" ? Key : null }, server);
        Assert.All(server.Requests, request => Assert.Equal("Bearer " + Key, request.Headers["Authorization"]));
        refuse = true;
        var error = Assert.Throws<ServerException>(() => Score(pool, Request));
        Assert.Contains("set HONE_API_KEY", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", string.Concat(Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_redirect_to_another_host_does_not_carry_the_key()
    {
        FakeServer target = Start(Shapes.Vllm());
        FakeServer server = Start(request => new FakeReply(307, "") { Headers = [$"Location: {target.Url}{request.Path}"] });
        Connect(Options with { Environment = name => name == "HONE_API_KEY" ? "sk-sesame" : null }, server);
        Assert.NotEmpty(target.Requests);
        Assert.All(server.Requests, request => Assert.True(request.Headers.ContainsKey("Authorization")));
        Assert.All(target.Requests, request => Assert.False(request.Headers.ContainsKey("Authorization")));
    }

    // The first answer is broken and the second is not; then all are.
    private void CheckRetriedThenRefused(Func<FakeRequest, FakeReply, FakeReply> broken, string message, ServerOptions? options = null)
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        int toBreak = 0;
        ServerPool pool = Connect((options ?? Options) with { Retries = 2 }, Start(request =>
        {
            FakeReply whole = shape(request);
            return Interlocked.Decrement(ref toBreak) >= 0 ? broken(request, whole) : whole;
        }));
        toBreak = 1;
        Same([Model.Score(Request)[0]!.LogProbs], Score(pool, Request));
        toBreak = int.MaxValue;
        var error = Assert.Throws<ServerException>(() => Score(pool, Request));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
    }

    private static string Edit(string body, string edit)
    {
        JsonObject answer = JsonNode.Parse(body)!.AsObject();
        JsonArray choices = answer["choices"]!.AsArray();
        JsonArray items = choices[0]!["prompt_logprobs"]!.AsArray();
        JsonObject third = items[2]!.AsObject();
        JsonObject entry = third.Single().Value!.AsObject();
        switch (edit)
        {
            case "twice":
                choices.Add(choices[0]!.DeepClone());
                break;
            case "index":
                choices[0]!["index"] = 1;
                break;
            case "short":
                items.RemoveAt(4);
                break;
            case "long":
                items.Add(items[3]!.DeepClone());
                break;
            case "first":
                items[0] = items[1]!.DeepClone();
                break;
            case "missing":
                third.Clear();
                break;
            case "two":
                third["9"] = entry.DeepClone();
                break;
            case "no id":
                items[2] = new JsonObject { ["token"] = entry.DeepClone() };
                break;
            case "-0.5x":
                entry["logprob"] = "-0.5x";
                break;
            case "positive":
                entry["logprob"] = 0.5;
                break;
            case "huge":
                entry["logprob"] = JsonNode.Parse("-1e999");
                break;
            case "text":
                entry["logprob"] = "NaN";
                break;
            default:
                entry["logprob"] = null;
                break;
        }

        return answer.ToJsonString();
    }
}
