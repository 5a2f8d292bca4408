using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Decoding;

/// <summary>Requests that join a running batch get what the decoder gives them alone, and the cache stays within its size.</summary>
public class DecodingSessionTests
{
    private static readonly SamplingRule[] Rules =
        [new SamplingRule(), new SamplingRule { Temperature = 0 }, new SamplingRule { Temperature = 0.7, TopK = 9, TopP = 0.95 }];

    public static TheoryData<string, int, int> Cases => new MatrixTheoryData<string, int, int>(TinyModels.Names, [1, 2], [128, 2000]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Requests_that_come_at_any_time_get_the_decoders_bits(string shape, int threads, int cacheTokens)
    {
        using KernelSet kernels = KernelSet.OnCpu(threads);
        using Transformer model = TinyModels.Make(shape, kernels);
        using var decoder = new Decoder(model);
        using var run = new SessionRun(model, rows: 7, cacheTokens);
        List<Recorder> recorders = [];
        for (int i = 0; i < 30; i++)
        {
            recorders.Add(run.Add(Request(model, i), Rules[i % Rules.Length], i % 4));

            // Some at once, some while others run.
            run.Steps(i % 5);
        }

        run.Finish();
        foreach (Recorder recorder in recorders)
        {
            IReadOnlyList<Completion> alone = decoder.Generate(
                [new GenerationRequest(recorder.Request.Prompt, recorder.Request.Seeds, recorder.Request.MaxTokens)], recorder.Request.Rule,
                recorder.Request.EndTokens, cancel: TestContext.Current.CancellationToken);
            foreach (Completion completion in alone)
            {
                List<DrawnToken> drawn = recorder.Tokens[completion.Sample];
                Assert.Equal(completion.Tokens, drawn.Select(token => token.Id));
                Assert.Equal(completion.LogProbs, drawn.Select(token => token.LogProb));
                Assert.Equal(completion.Truncated ? CompletionEnd.Length : CompletionEnd.EndToken, recorder.Ends[completion.Sample]);
                Assert.All(drawn, token => Assert.Equal(recorder.Request.Alternatives, token.TopTokens.Length));
            }
        }

        Assert.Equal(run.Session.CacheTokens, run.Session.FreeCacheTokens);
    }

    [Fact]
    public void Alternatives_are_the_most_likely_and_the_greedy_token_is_the_first_of_them()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer model = TinyModels.Make("llama", kernels);
        using var run = new SessionRun(model, rows: 4, cacheTokens: 500);
        Recorder greedy = run.Add(Request(model, 2), Rules[1], alternatives: 5), all = run.Add(Request(model, 3), Rules[0], alternatives: 500);
        run.Finish();
        Assert.All(greedy.Tokens[0], token =>
        {
            Assert.Equal(token.Id, token.TopTokens[0]);
            Assert.Equal(token.LogProb, token.TopLogProbs[0]);
            Assert.Equal(token.TopLogProbs.OrderDescending(), token.TopLogProbs);
        });
        Assert.All(all.Tokens[0], token =>
        {
            Assert.Equal(Enumerable.Range(0, model.Config.VocabularySize), token.TopTokens.Order());
            Assert.Equal(token.LogProb, token.TopLogProbs[Array.IndexOf(token.TopTokens, token.Id)]);
            Assert.Equal(1, token.TopLogProbs.Sum(value => Math.Exp(value)), 5);
        });
    }

    [Fact]
    public void Cancelled_requests_free_their_places_and_leave_the_others_as_they_are()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer model = TinyModels.Make("qwen3", kernels);
        using var whole = new SessionRun(model, rows: 3, cacheTokens: 300);
        Recorder[] expected = [.. Enumerable.Range(0, 12).Select(i => whole.Add(Request(model, i), Rules[0], 0))];
        whole.Finish();
        using var run = new SessionRun(model, rows: 3, cacheTokens: 300);
        Recorder[] recorders = [.. Enumerable.Range(0, 12).Select(i => run.Add(Request(model, i), Rules[0], 0))];
        for (int i = 0; i < 12; i += 2)
        {
            run.Steps(3);
            recorders[11 - i].Request.Cancel();
        }

        run.Finish();
        Assert.Equal(run.Session.CacheTokens, run.Session.FreeCacheTokens);
        int cancelled = 0;
        for (int i = 0; i < 12; i++)
        {
            for (int sample = 0; sample < recorders[i].Ends.Length; sample++)
            {
                if (recorders[i].Ends[sample] == CompletionEnd.Cancelled)
                {
                    cancelled++;
                    Assert.True(recorders[i].Request.IsCancelled);
                    continue;
                }

                Assert.Equal(expected[i].Tokens[sample].Select(token => token.Id), recorders[i].Tokens[sample].Select(token => token.Id));
                Assert.Equal(
                    expected[i].Tokens[sample].Select(token => token.LogProb), recorders[i].Tokens[sample].Select(token => token.LogProb));
            }
        }

        Assert.InRange(cancelled, 4, 20);
    }

    [Fact]
    public void A_listener_ends_its_completion()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer model = TinyModels.Make("llama", kernels);
        using var run = new SessionRun(model, rows: 4, cacheTokens: 500);
        SessionRequest request = Request(model, 2);
        Recorder stopped = run.Add(request, Rules[0], 0, stopAfter: 3);
        run.Finish();
        Assert.All(stopped.Ends, end => Assert.Equal(CompletionEnd.Stopped, end));
        Assert.All(stopped.Tokens, tokens => Assert.Equal(3, tokens.Count));
    }

    [Fact]
    public void A_group_of_which_one_fits_at_a_time_runs_to_its_end()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer model = TinyModels.Make("llama", kernels);

        // Eight blocks: three for the first request, six for the prompt and one completion of the second.
        using var run = new SessionRun(model, rows: 8, cacheTokens: 128);
        Recorder first = run.Add(Sized(model, prompt: 16, samples: 1, tokens: 17), Rules[0], 0);
        Recorder second = run.Add(Sized(model, prompt: 16, samples: 3, tokens: 65), Rules[0], 0);
        run.Finish();
        Assert.All(first.Tokens, tokens => Assert.Equal(17, tokens.Count));
        Assert.All(second.Tokens, tokens => Assert.Equal(65, tokens.Count));
        Assert.Equal(128, run.Session.FreeCacheTokens);
    }

    [Fact]
    public void What_can_never_run_is_refused_at_once()
    {
        using KernelSet kernels = KernelSet.OnCpu(1);
        using Transformer model = TinyModels.Make("llama", kernels);
        using var run = new SessionRun(model, rows: 8, cacheTokens: 64);
        Assert.True(run.Session.Fits(16, 33));
        Assert.False(run.Session.Fits(16, 34));
        Assert.False(run.Session.Fits(1, int.MaxValue));
        Assert.Throws<ArgumentException>(() => run.Add(Sized(model, prompt: 16, samples: 1, tokens: 34), Rules[0], 0));
        Assert.Throws<ArgumentException>(() => run.Add(Sized(model, prompt: 0, samples: 1, tokens: 3), Rules[0], 0));
        Assert.Throws<ArgumentException>(() => run.Add(Sized(model, prompt: 3, samples: 0, tokens: 3), Rules[0], 0));
        Assert.Throws<ArgumentException>(() => run.Add(Sized(model, prompt: 3, samples: 1, tokens: 0), Rules[0], 0));
        Assert.Throws<ArgumentException>(() => run.Add(Sized(model, prompt: 3, samples: 1, tokens: 3), new SamplingRule { TopP = 2 }, 0));
        Assert.False(run.Session.HasWork);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2_windows")]
    public void Scores_do_not_depend_on_what_is_scored_beside(string shape)
    {
        using KernelSet kernels = KernelSet.OnCpu(2);
        using Transformer model = TinyModels.Make(shape, kernels);
        using var activations = new Activations(model.Config, ActivationMode.Discard);
        var scorer = new SequenceScorer(model, activations);
        SequenceToScore[] sequences =
        [
            .. new[] { 1, 2, 17, 40, 100 }.Select((length, i) => new SequenceToScore(Values.Tokens(i, length, model.Config.VocabularySize), i % 3)),
        ];
        SequenceScore[] together = scorer.Score(sequences);
        for (int i = 0; i < sequences.Length; i++)
        {
            SequenceScore alone = scorer.Score([sequences[i]])[0];
            Assert.Equal(alone.LogProbs, together[i].LogProbs);
            Assert.Equal(alone.Ranks, together[i].Ranks);
            Assert.Equal(alone.TopTokens, together[i].TopTokens);
            Assert.Equal(alone.TopLogProbs, together[i].TopLogProbs);
            Assert.Equal(sequences[i].Tokens.Length - 1, alone.LogProbs.Length);
            Assert.Equal(alone.LogProbs.Length * sequences[i].Alternatives, alone.TopTokens.Length);
        }
    }

    // Prompts of 1 to 40 tokens, groups of 1 to 3, up to 30 tokens, and an end token for some.
    private static SessionRequest Request(Transformer model, int i) => new()
    {
        Prompt = Values.Tokens(i, 1 + (i * 7 % 40), model.Config.VocabularySize),
        Seeds = [.. Enumerable.Range(0, 1 + (i % 3)).Select(sample => (ulong)((100 * i) + sample))],
        MaxTokens = 1 + (i * 11 % 30),
        Rule = Rules[0],
        EndTokens = i % 2 == 0 ? [] : [3, 5],
        Listener = null!,
    };

    private static SessionRequest Sized(Transformer model, int prompt, int samples, int tokens) => new()
    {
        Prompt = Values.Tokens(1, prompt, model.Config.VocabularySize), Seeds = [.. Enumerable.Range(0, samples).Select(i => (ulong)i)],
        MaxTokens = tokens, Rule = Rules[0], Listener = null!,
    };

    private sealed class SessionRun : IDisposable
    {
        private readonly Activations _activations;

        public SessionRun(Transformer model, int rows, int cacheTokens)
        {
            _activations = new Activations(model.Config, ActivationMode.Discard);
            Session = new DecodingSession(model, _activations, rows, cacheTokens);
        }

        public DecodingSession Session { get; }

        public Recorder Add(SessionRequest like, SamplingRule rule, int alternatives, int stopAfter = int.MaxValue)
        {
            var recorder = new Recorder(like, rule, alternatives, stopAfter);
            Session.Add(recorder.Request);
            return recorder;
        }

        public void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Session.Step();
                Assert.InRange(Session.FreeCacheTokens, 0, Session.CacheTokens);
            }
        }

        public void Finish()
        {
            const int More = 10_000;
            for (int i = 0; Session.HasWork; i++)
            {
                Assert.True(i < More, "the session does not come to an end");
                Session.Step();
            }
        }

        public void Dispose()
        {
            Session.Dispose();
            _activations.Dispose();
        }
    }

    private sealed class Recorder : ICompletionListener
    {
        private readonly int _stopAfter;

        public Recorder(SessionRequest like, SamplingRule rule, int alternatives, int stopAfter)
        {
            _stopAfter = stopAfter;
            Request = new SessionRequest
            {
                Prompt = like.Prompt, Seeds = like.Seeds, MaxTokens = like.MaxTokens, Rule = rule, EndTokens = like.EndTokens,
                Alternatives = alternatives, Listener = this,
            };
            Tokens = [.. like.Seeds.Select(_ => new List<DrawnToken>())];
            Ends = new CompletionEnd?[like.Seeds.Length];
        }

        public SessionRequest Request { get; }

        public List<DrawnToken>[] Tokens { get; }

        public CompletionEnd?[] Ends { get; }

        public bool Drawn(int sample, DrawnToken token)
        {
            Assert.Null(Ends[sample]);
            Tokens[sample].Add(token);
            return Tokens[sample].Count < _stopAfter;
        }

        public void Ended(int sample, CompletionEnd reason)
        {
            Assert.Null(Ends[sample]);
            Ends[sample] = reason;
        }
    }
}
