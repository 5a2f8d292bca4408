using System.Collections.Concurrent;
using System.Diagnostics;
using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

/// <summary>Several servers share the work: each request is answered once, whatever becomes of a server.</summary>
public sealed class ServerPoolTests : ServerTest
{
    private const string Busy = """{"error":{"message":"Too many requests","type":"rate_limit_error"}}""";

    [Fact]
    public void Servers_share_the_work_within_their_concurrency()
    {
        (ScoringRequest[] requests, float[][] expected) = Many(120);
        Func<FakeRequest, FakeReply> Slow(Func<FakeRequest, FakeReply> shape) => request =>
            request.Body is null ? shape(request) : shape(request) with { Delay = TimeSpan.FromMilliseconds(4) };
        FakeServer one = Start(Slow(Shapes.Vllm())), two = Start(Slow(Shapes.Sglang()));
        ServerPool pool = Connect(Options with { Concurrency = 3 }, one, two);
        Same(expected, Score(pool, requests));
        Assert.InRange(one.MostOpen, 1, 3);
        Assert.InRange(two.MostOpen, 1, 3);
        Assert.InRange(one.Requests.Length, 20, 110);
        Assert.InRange(two.Requests.Length, 20, 110);
    }

    [Fact]
    public void Of_a_server_that_dies_in_the_middle_nothing_is_lost_and_nothing_repeated()
    {
        (ScoringRequest[] requests, float[][] expected) = Many(200);
        FakeServer healthy = Start(Shapes.Vllm());
        FakeServer? dying = null;
        int served = 0;
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        dying = Start(request =>
        {
            if (Interlocked.Increment(ref served) == 30)
            {
                dying!.Dispose();
            }

            return served >= 30 ? shape(request) with { ResetAfter = 20 } : shape(request);
        });
        ServerPool pool = Connect(healthy, dying);
        Same(expected, Score(pool, requests));
        Assert.True(served >= 30);
    }

    [Fact]
    public void A_server_that_keeps_failing_is_set_aside_and_said_so()
    {
        (ScoringRequest[] requests, float[][] expected) = Many(60);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool broken = false;
        FakeServer bad = Start(request => broken ? new FakeReply(500, """{"error":"CUDA error: device-side assert"}""") : shape(request));

        // Slow enough that the other one's retries run out.
        FakeServer good = Start(request => shape(request) with { Delay = TimeSpan.FromMilliseconds(broken ? 40 : 0) });
        ServerPool pool = Connect(Options with { Concurrency = 2, RetryDelay = TimeSpan.FromMilliseconds(2) }, bad, good);
        broken = true;
        Same(expected, Score(pool, requests));
        string warning = Assert.Single(Warnings);
        Assert.Contains($"set aside: {bad.Url}: /v1/completions answered 500, 'CUDA error: device-side assert'", warning, StringComparison.Ordinal);
        int asked = bad.Requests.Length;
        Score(pool, requests[..5]);
        Assert.Equal(asked, bad.Requests.Length);
    }

    [Fact]
    public void When_every_server_is_down_the_work_ends_and_what_was_done_was_told()
    {
        (ScoringRequest[] requests, _) = Many(100);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        int left = int.MaxValue;
        FakeServer server = Start(request => Interlocked.Decrement(ref left) >= 0 ? shape(request) : new FakeReply(503, ""));
        ServerPool pool = Connect(Options with { Concurrency = 4 }, server);
        left = 25;
        HashSet<int> told = [];
        var error = Assert.Throws<ServerException>(() => pool.Score(requests, (i, _) => Assert.True(told.Add(i)), Cancel));
        Assert.Equal(25, told.Count);
        Assert.Contains("no server is left", error.Message, StringComparison.Ordinal);
        Assert.Contains("answered 503", error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint: what was finished is kept; run the command again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_requests_are_waited_out_as_long_as_the_server_asks()
    {
        (ScoringRequest[] requests, float[][] expected) = Many(40);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        int count = 0;
        FakeServer server = Start(request => request.Body is not null && Interlocked.Increment(ref count) % 3 == 0
            ? new FakeReply(429, Busy) { Headers = ["Retry-After: 30"] }
            : shape(request));
        ServerPool pool = Connect(Options with { LongestDelay = TimeSpan.FromMilliseconds(40) }, server);
        Same(expected, Score(pool, requests));
        Assert.Empty(Warnings);

        // Thirty seconds were asked for and forty milliseconds allowed; far less would not have honoured it at all.
        Assert.True(count > 40);
    }

    [Fact]
    public void A_pause_that_is_asked_for_is_kept()
    {
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        long refused = 0, again = 0;
        ServerPool pool = Connect(Options with { LongestDelay = TimeSpan.FromSeconds(5) }, Start(request =>
        {
            if (request.Body?["prompt"]?.ToString() != "ab" || again != 0)
            {
                return shape(request);
            }

            if (refused == 0)
            {
                refused = Stopwatch.GetTimestamp();
                return new FakeReply(429, Busy) { Headers = ["Retry-After: 1"] };
            }

            again = Stopwatch.GetTimestamp();
            return shape(request);
        }));
        Score(pool, new ScoringRequest("ab", 1));
        Assert.InRange(Stopwatch.GetElapsedTime(refused, again).TotalSeconds, 0.95, 4);
    }

    [Fact]
    public void A_slow_answer_to_a_request_that_another_server_took_over_does_not_count_twice()
    {
        (ScoringRequest[] requests, float[][] expected) = Many(30);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool slow = false;
        int held = 0;

        // Longer than the client waits, so that the answer comes when the request is somebody else's.
        FakeServer hanging = Start(request => shape(request) with
        {
            Delay = slow && Interlocked.Increment(ref held) <= 4 ? TimeSpan.FromMilliseconds(900) : TimeSpan.Zero,
        });
        FakeServer good = Start(request => shape(request) with { Delay = TimeSpan.FromMilliseconds(slow ? 30 : 0) });
        ServerPool pool = Connect(Options with { Concurrency = 4, Timeout = TimeSpan.FromMilliseconds(600) }, hanging, good);
        slow = true;
        Same(expected, Score(pool, requests));
        Assert.True(held >= 4);
    }

    [Fact]
    public void A_request_that_one_answer_after_another_is_wrong_for_is_named_when_the_others_are_done()
    {
        (ScoringRequest[] requests, _) = Many(300);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        FakeServer server = Start(request => request.Body?["prompt"]?.ToString() == requests[10].Text
            ? new FakeReply(500, """{"error":"index out of range"}""")
            : shape(request) with { Delay = TimeSpan.FromMilliseconds(request.Body is null ? 0 : 10) });
        ServerPool pool = Connect(Options with { Concurrency = 4, Retries = 3, RetryDelay = TimeSpan.FromMilliseconds(2) }, server);
        HashSet<int> told = [];
        var error = Assert.Throws<ServerException>(() => pool.Score(requests, (i, _) => told.Add(i), Cancel));
        Assert.Contains("index out of range", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("no answer for request 11: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(10, told);
        Assert.Equal(299, told.Count);
    }

    [Fact]
    public void The_last_request_that_stays_wrong_is_named_too()
    {
        (ScoringRequest[] requests, _) = Many(5);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        ServerPool pool = Connect(Options with { Concurrency = 1, Retries = 2 }, Start(request =>
            request.Body?["prompt"]?.ToString() == requests[4].Text ? new FakeReply(200, """{"choices":[]}""") : shape(request)));
        HashSet<int> told = [];
        var error = Assert.Throws<ServerException>(() => pool.Score(requests, (i, _) => told.Add(i), Cancel));
        Assert.StartsWith("no answer for request 5: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, told.Count);
        Assert.Empty(Warnings);
    }

    [Fact]
    public void Where_every_request_is_refused_not_all_are_asked()
    {
        (ScoringRequest[] requests, _) = Many(200);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool refuse = false;
        FakeServer server = Start(request => refuse ? new FakeReply(400, """{"message":"no logprobs"}""") : shape(request));
        ServerPool pool = Connect(Options with { Concurrency = 2 }, server);
        refuse = true;
        int before = server.Requests.Length;
        var error = Assert.Throws<ServerException>(() => Score(pool, requests));
        Assert.True(error.EndsWork);
        Assert.Contains(" more: ", error.Message, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Length - before, 9, 20);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    public void A_key_or_a_model_that_is_refused_ends_the_work_at_once(int status)
    {
        (ScoringRequest[] requests, _) = Many(50);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool refuse = false;
        FakeServer server = Start(request => refuse ? new FakeReply(status, "{}") : shape(request));
        ServerPool pool = Connect(Options with { Concurrency = 1 }, server);
        refuse = true;
        int before = server.Requests.Length;
        Assert.Throws<ServerException>(() => Score(pool, requests));
        Assert.Equal(1, server.Requests.Length - before);
    }

    [Fact]
    public void What_a_server_hangs_on_goes_to_an_idle_one()
    {
        (ScoringRequest[] requests, float[][] expected) = Many(30);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool hang = false;
        FakeServer hanging = Start(request => shape(request) with { Delay = TimeSpan.FromSeconds(hang ? 60 : 0) });
        ServerPool pool = Connect(
            Options with { Concurrency = 4, TakeOverAfter = TimeSpan.FromMilliseconds(200) }, hanging, Start(Shapes.Vllm()));
        int before = hanging.Requests.Length;
        hang = true;
        long begun = Stopwatch.GetTimestamp();
        Same(expected, Score(pool, requests));
        Assert.True(hanging.Requests.Length > before);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0.2, 20);
    }

    [Fact]
    public void A_server_that_is_only_slow_may_still_answer_first()
    {
        (ScoringRequest[] requests, float[][] expected) = Many(40);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool slow = false;
        Func<FakeRequest, FakeReply> Some(int divisor) => request =>
            shape(request) with { Delay = TimeSpan.FromMilliseconds(slow && request.Body is not null && Random.Shared.Next(divisor) == 0 ? 60 : 0) };
        ServerPool pool = Connect(
            Options with { Concurrency = 4, TakeOverAfter = TimeSpan.FromMilliseconds(20) }, Start(Some(3)), Start(Some(4)));
        slow = true;
        Same(expected, Score(pool, requests));
    }

    [Fact]
    public void Long_prompts_are_asked_about_together_and_until_cancelled()
    {
        string[] prompts = [.. Enumerable.Range(0, 6).Select(i => new string('a', 50 + (4 * i)))];
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool slow = false;
        FakeServer server = Start(request => shape(request) with { Delay = TimeSpan.FromSeconds(slow ? 60 : 0) });
        ServerPool pool = Connect(server);
        Assert.Equal(prompts.Select(prompt => prompt.Length < TinyModel.Context), pool.Fit(prompts, Cancel));
        slow = true;
        using var stop = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => pool.Fit([new string('a', 60)], stop.Token));
    }

    [Fact]
    public void A_refused_request_ends_the_work_with_the_servers_words()
    {
        (ScoringRequest[] requests, _) = Many(20);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        ServerPool pool = Connect(Start(request => request.Body?["prompt"]?.ToString() == requests[3].Text
            ? new FakeReply(400, """{"object":"error","message":"logprobs are disabled","type":"BadRequestError","code":400}""")
            : shape(request)));
        var error = Assert.Throws<ServerException>(() => Score(pool, requests));
        Assert.Equal(ServerProblem.Refused, error.Problem);
        Assert.Contains("/v1/completions answered 400, 'logprobs are disabled'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_the_work_at_once()
    {
        (ScoringRequest[] requests, _) = Many(50);
        Func<FakeRequest, FakeReply> shape = Shapes.Vllm();
        bool slow = false;
        ServerPool pool = Connect(Start(request => shape(request) with { Delay = TimeSpan.FromSeconds(slow ? 30 : 0) }));
        slow = true;
        using var stop = new CancellationTokenSource(100);
        long begun = Stopwatch.GetTimestamp();
        Assert.ThrowsAny<OperationCanceledException>(() => pool.Score(requests, (_, _) => { }, stop.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 15);
    }

    [Fact]
    public void What_fails_when_a_result_is_told_ends_the_work()
    {
        (ScoringRequest[] requests, _) = Many(50);
        ServerPool pool = Connect(Start(Shapes.Vllm()));
        Assert.Throws<UnauthorizedAccessException>(() => pool.Score(requests, (_, _) => throw new UnauthorizedAccessException("disk"), Cancel));
    }

    [Fact]
    public void Sglang_servers_load_checkpoints_and_others_say_what_it_takes()
    {
        ConcurrentQueue<string> loaded = [];
        ServerPool pool = Connect(Start(Shapes.Sglang(loaded.Enqueue)), Start(Shapes.Sglang(loaded.Enqueue)));
        pool.LoadCheckpoint("/runs/a/checkpoint-10", Cancel);
        Assert.Equal(["/runs/a/checkpoint-10", "/runs/a/checkpoint-10"], loaded);
        var error = Assert.Throws<ServerException>(() => pool.LoadCheckpoint("/runs/broken", Cancel));
        Assert.Contains("no safetensors", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ServerException>(() => Connect(Start(Shapes.Vllm())).LoadCheckpoint("/runs/a", Cancel));
        Assert.Contains("vLLM loads no other checkpoint while it runs, expected SGLang. Hint: restart vLLM", error.Message, StringComparison.Ordinal);
    }
}
