using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Inference.Tests.Servers;

namespace Hone.Cli.Tests.Servers;

/// <summary>The embedded model behind fake servers, so that what comes over HTTP can be held against the command without it.</summary>
internal sealed class ArithServers : IDisposable
{
    public const int Context = 256;

    private readonly List<FakeServer> _servers = [];
    private readonly Kernels _kernels;
    private readonly Transformer _model;
    private readonly FakeEngine _engine;

    public ArithServers()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "models", "arith-base");
        Tokenizer tokenizer = TokenizerFile.Load(folder);
        _kernels = Kernels.OnCpu(1, KernelPaths.Chosen());
        _model = ModelFile.Load(folder, _kernels, WeightFormat.F32, ModelUse.Inference);
        _engine = new FakeEngine(
            LogProbs, text => tokenizer.Encode(text), id => tokenizer.DecodeContinuation([id], skipSpecialTokens: false));
        Shapes = new RecordedShapes(_engine);
    }

    public RecordedShapes Shapes { get; }

    public FakeServer Start(Func<FakeRequest, FakeReply> answer)
    {
        var server = new FakeServer(answer);
        _servers.Add(server);
        return server;
    }

    /// <summary>A server in vLLM's manner.</summary>
    public FakeServer Vllm() => Start(Shapes.Vllm(context: Context));

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        _engine.Dispose();
        _model.Dispose();
        _kernels.Dispose();
    }

    private float[] LogProbs(int[] ids)
    {
        using var activations = new Activations(_model.Config, ActivationMode.Discard);
        _model.Forward(ids, SequenceLayout.Independent(ids.Length), activations);
        float[] logProbs = new float[ids.Length - 1], entropies = new float[ids.Length - 1];
        _model.LogProbs(activations, [.. Enumerable.Range(0, ids.Length - 1)], ids.AsSpan(1), logProbs, entropies);
        return logProbs;
    }
}
