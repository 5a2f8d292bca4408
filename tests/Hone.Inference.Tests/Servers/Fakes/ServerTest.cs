using Hone.Inference.Servers;

namespace Hone.Inference.Tests.Servers;

/// <summary>What tests with servers have in common: the model behind them, quick retries, and no keys of the machine's.</summary>
public abstract class ServerTest : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    private protected ServerTest()
    {
        Model = new TinyModel();
        Engine = new FakeEngine(ids => Model.LogProbs(ids, 1));
        Shapes = new RecordedShapes(Engine);
        Options = new ServerOptions
        {
            RetryDelay = TimeSpan.FromMilliseconds(5), LongestDelay = TimeSpan.FromMilliseconds(300), Environment = _ => null,
            Warn = text =>
            {
                lock (Warnings)
                {
                    Warnings.Add(text);
                }
            },
        };
    }

    private protected TinyModel Model { get; }

    private protected FakeEngine Engine { get; }

    private protected RecordedShapes Shapes { get; }

    private protected ServerOptions Options { get; }

    private protected List<string> Warnings { get; } = [];

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _owned.ForEach(item => item.Dispose());
        Engine.Dispose();
        Model.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected FakeServer Start(Func<FakeRequest, FakeReply> answer) => Own(new FakeServer(answer));

    private protected ServerPool Connect(ServerOptions options, params FakeServer[] servers) =>
        Own(ServerPool.Connect([.. servers.Select(server => server.Address)], options, Cancel));

    private protected ServerPool Connect(params FakeServer[] servers) => Connect(Options, servers);

    private protected ServerCapabilities Capabilities(Func<FakeRequest, FakeReply> answer, ServerOptions? options = null) =>
        Connect(options ?? Options, Start(answer)).Servers[0].Capabilities;

    /// <summary>Scores by request, each told of once.</summary>
    private protected static TextScore?[] Score(ServerPool pool, params ScoringRequest[] requests)
    {
        var scores = new TextScore?[requests.Length];
        int[] told = new int[requests.Length];
        pool.Score(
            requests,
            (i, score) =>
            {
                scores[i] = score;
                told[i]++;
            },
            Cancel);
        Assert.All(told, count => Assert.Equal(1, count));
        return scores;
    }

    /// <summary>Requests that are all different, and the scores that the model in this process gives them.</summary>
    private protected (ScoringRequest[] Requests, float[][] Expected) Many(int count)
    {
        ScoringRequest[] requests = [.. Enumerable.Range(0, count).Select(i => new ScoringRequest($"{i * 7919 % 1000}+{i}={i}", i % 5))];
        return (requests, [.. Model.Score(requests).Select(score => score!.LogProbs)]);
    }

    private protected static void Same(IEnumerable<float[]> expected, IEnumerable<TextScore?> scores) => Assert.Equal(
        expected.Select(values => values.Select(BitConverter.SingleToInt32Bits)),
        scores.Select(score => score!.LogProbs.Select(BitConverter.SingleToInt32Bits)));

    private T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }
}
