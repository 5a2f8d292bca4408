using System.CommandLine;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Hosting;
using Hone.Inference.Chat;
using Hone.Serving.Completions;

namespace Hone.Cli.Commands;

/// <summary>`hone serve`: a model behind an HTTP API that answers as vLLM's does.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 8000;

    // Beyond this many whole contexts, more room in the cache lets hardly more requests run side by side.
    private const int MostContexts = 64;

    // Of the memory that is free once the model is there; the rest is for passes, texts and other programs.
    private const double CacheShare = 0.5;

    public static Command Create(CommandContext context)
    {
        Option<string> model = CommonOptions.Model();
        var listen = new ListenOptions(DefaultPort);
        var name = new Option<string?>("--name")
        {
            Description = "What clients call the model; its folder's name unless given", HelpName = "NAME",
        };
        var cache = new Option<long>("--cache-tokens")
        {
            Description = "Tokens that all running requests may hold together; 0 takes half of the free memory", HelpName = "N",
        };
        Option<int> threads = CommonOptions.Threads();
        Option<string> weights = CommonOptions.Weights();
        var command = new Command("serve", "Serve a model over HTTP: completions, chat, log-probs of given text (as vLLM)")
        {
            model, listen.Host, listen.Port, name, cache, threads, weights,
        };
        command.SetAction(parsed =>
        {
            WebHostSettings web = listen.Settings(parsed);
            long tokens = parsed.GetValue(cache);
            if (tokens != 0 && tokens < EngineSettings.LeastCacheTokens)
            {
                throw new UsageException(
                    $"--cache-tokens {tokens}: expected {EngineSettings.LeastCacheTokens} or more, or 0. "
                    + "Hint: 0 takes half of the free memory.");
            }

            string folder = parsed.GetRequiredValue(model);
            ChatTemplate? template = Template(folder);
            using LoadedModel loaded = LoadedModel.Load(
                context, folder, parsed.GetValue(threads), CommonOptions.Weights(parsed, weights));
            tokens = CacheTokens(loaded.Model, tokens);
            context.Introduce(loaded.Kernels);
            var served = new ServedModel(
                parsed.GetValue(name) ?? NameOf(folder), loaded.Model, loaded.Tokenizer, loaded.EndTokens, template, Version.Text);
            ServeAsync(context, served, new EngineSettings { CacheTokens = tokens }, web).GetAwaiter().GetResult();
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone serve --model arith-base",
            "hone serve --model DIR --port 0 --name policy --weights bf16");
    }

    private static async Task ServeAsync(CommandContext context, ServedModel model, EngineSettings settings, WebHostSettings web)
    {
        await using CompletionServer server = await CompletionServer.StartAsync(model, settings, web);

        // With --quiet too: who asked for any free port has no other way to learn which.
        await context.Error.WriteLineAsync(
            $"serving {model.Name} at {server.Host.Address} (longest sequence {server.Engine.ContextTokens} tokens, cache "
            + $"{server.Engine.CacheTokens}); Ctrl-C stops it");
        int positions = model.Weights.Config.MaxPositions;
        if (server.Engine.ContextTokens < positions)
        {
            context.Warn(
                $"the cache holds {server.Engine.ContextTokens} tokens of a sequence, the model has {positions} positions; longer requests are refused. Hint: a larger --cache-tokens.");
        }

        await server.Host.RunAsync(context.TakeCancel());
        context.Say($"stopped");
    }

    private static ChatTemplate? Template(string model)
    {
        string folder = Models.TemplateFolder(Models.ExistingFolder(model));
        return ChatTemplate.IsIn(folder) ? ChatTemplate.Load(folder) : null;
    }

    private static string NameOf(string model) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Models.Folder(model))));

    private static long CacheTokens(Transformer model, long asked)
    {
        long bytesPerToken = KeyValueCache.Bytes(model.Config.Layers, model.Heads, 1) / KeyValueCache.BlockTokens;
        long free = Math.Max(0, MachineMemory.Available() - Environment.WorkingSet);
        if (asked > free / bytesPerToken)
        {
            throw new UsageException(
                $"--cache-tokens {asked}: {bytesPerToken} bytes each are more than the {ByteText.Of(free)} that this machine has free. "
                + "Hint: 0 takes half of it.");
        }

        long most = (long)MostContexts * (model.Config.MaxPositions + KeyValueCache.BlockTokens);
        return asked > 0 ? asked : Math.Clamp((long)(free * CacheShare) / bytesPerToken, EngineSettings.LeastCacheTokens, most);
    }
}
