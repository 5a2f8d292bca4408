using System.Text.Json.Nodes;
using Hone.Cli.Evaluations;
using Hone.Inference;
using Hone.Inference.Scoring;
using Hone.Inference.Servers;
using Hone.Records.RunFolders;

namespace Hone.Cli.Running;

/// <summary>A model on inference servers.</summary>
internal sealed class ServedModel : RunningModel
{
    private readonly ServerPool _pool;
    private string? _checkpoint;

    /// <summary>Connects to servers and says what they are, a line each.</summary>
    public ServedModel(CommandContext context, IReadOnlyList<ServerAddress> addresses, ServerOptions options, bool addSpecialTokens)
    {
        _pool = ServerPool.Connect(addresses, options, context.TakeCancel());
        _pool.AddSpecialTokens = addSpecialTokens;
        foreach (ServerModel server in _pool.Servers)
        {
            context.Say($"{server.Name}: {server.Capabilities}");
        }
    }

    public override ITextModel Text => _pool;

    // Our own servers compute as the engine does; others add up in an order that depends on the batch.
    public override bool RepeatsSamples => AllHone;

    public override double SameScore => AllHone ? 1e-4 : 0.05;

    public override JsonArray Servers => [.. _pool.Servers.Select(server => new JsonObject
    {
        ["url"] = server.Name, ["kind"] = server.Capabilities.KindName, ["version"] = server.Capabilities.Version,
        ["model"] = server.Capabilities.Model, ["context"] = server.Capabilities.ContextTokens,
        ["prompt_logprobs"] = server.Capabilities.RouteName, ["output_logprobs"] = server.Capabilities.OutputLogProbs,
        ["token_ids"] = server.Capabilities.TokenIds,
    })];

    private bool AllHone => _pool.Servers.All(server => server.Capabilities.Kind == ServerKind.Hone);

    public override JsonObject Identity()
    {
        var identity = new JsonObject { ["model"] = _pool.Model, ["served_model"] = _pool.Model };
        if (_checkpoint is not null)
        {
            // The name stays that of the model that the server was started with.
            identity["model_hash"] = ModelHash.Of(_checkpoint);
        }

        return identity;
    }

    public override void Require(TargetMode mode)
    {
        foreach (ServerModel server in _pool.Servers)
        {
            ServerCapabilities can = server.Capabilities;
            string remarks = can.Remarks.Count > 0 ? $" ({string.Join("; ", can.Remarks)})" : "";
            if (mode == TargetMode.Completion ? !can.OutputLogProbs : can.PromptLogProbs == PromptRoute.None)
            {
                const string Others = "use vLLM, SGLang, TGI with --enable-prefill-logprobs, or hone serve";
                string hint = mode != TargetMode.Completion && can.OutputLogProbs ? "score --target completion, or " + Others : Others;
                string what = mode == TargetMode.Completion ? "what it samples" : "prompts";
                throw new UsageException(
                    $"{server.Name}: {can.KindName} gives no log-probabilities of {what}"
                    + $"{remarks}, expected them for --target {mode.ToString().ToLowerInvariant()}. Hint: {hint}.");
            }
        }
    }

    /// <summary>Has every server load a checkpoint's weights.</summary>
    public void LoadCheckpoint(Checkpoint checkpoint, CancellationToken cancel)
    {
        _checkpoint = Path.GetFullPath(checkpoint.Path);
        _pool.LoadCheckpoint(_checkpoint, cancel);
    }

    public override void Dispose() => _pool.Dispose();
}
