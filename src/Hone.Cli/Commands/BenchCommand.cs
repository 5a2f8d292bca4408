using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Benchmarks;
using Hone.Cli.Output;
using Hone.Engine.Kernels;

namespace Hone.Cli.Commands;

/// <summary>`hone bench`: what this machine does with a model of a given shape.</summary>
internal static class BenchCommand
{
    public static Command Create(CommandContext context)
    {
        var mode = new Option<string>("--mode")
        {
            Description = "train (forward, backward, AdamW), score (log-probs of every token) or decode (batched sampling)",
            HelpName = "MODE", DefaultValueFactory = _ => "train",
        };
        CommonOptions.OneOf(mode, "train", "score", "decode");
        Option<int> hidden = Size("--hidden", "Hidden size", 128);
        Option<int> layers = Size("--layers", "Blocks", 4);
        Option<int> heads = Size("--heads", "Query heads", 4);
        Option<int> keyValueHeads = Size("--kv-heads", "Key/value heads", 2);
        Option<int> feedForward = Size("--ffn", "Feed-forward size", 384);
        Option<int> vocabulary = Size("--vocab", "Vocabulary", 64);
        Option<int> batch = Size("--batch", "Sequences", 256);
        Option<int> sequence = Size("--seq", "Tokens of a sequence", 64);
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("bench", "Measure tokens per second on a random model of a given shape")
        {
            mode, hidden, layers, heads, keyValueHeads, feedForward, vocabulary, batch, sequence, threads, json,
        };
        command.SetAction(parsed =>
        {
            var shape = new BenchmarkShape(
                parsed.GetValue(hidden), parsed.GetValue(layers), parsed.GetValue(heads), parsed.GetValue(keyValueHeads),
                parsed.GetValue(feedForward), parsed.GetValue(vocabulary), parsed.GetValue(batch), parsed.GetValue(sequence));
            string[] problems = [.. shape.Problems()];
            if (problems.Length > 0)
            {
                throw new UsageException(string.Join('\n', problems.Select(problem => problem + ". Hint: see hone bench --help.")));
            }

            using Kernels kernels = context.StartKernels(parsed.GetValue(threads));
            Run(context, kernels, parsed.GetRequiredValue(mode), shape, parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone bench --mode train",
            "hone bench --mode decode --hidden 896 --layers 4 --heads 14 --kv-heads 2 --ffn 4864 --vocab 8192 --batch 8 --seq 128");
    }

    private static void Run(CommandContext context, Kernels kernels, string mode, BenchmarkShape shape, bool json)
    {
        var runner = new BenchmarkRunner(kernels, context.Time);
        Measurement result = runner.Measure(mode, shape);
        double peak = runner.Peak();
        double memory = Environment.WorkingSet / (double)(1 << 20);
        if (json)
        {
            JsonOutput.Print(context, new JsonObject
            {
                ["mode"] = mode, ["parameters"] = result.Parameters, ["threads"] = kernels.Threads,
                ["kernels"] = kernels.Path.Name(), ["tokens_per_second"] = result.TokensPerSecond, ["gflops"] = result.Gflops,
                ["seconds"] = result.Seconds, ["runs"] = result.Runs, ["peak_gflops"] = peak,
                ["share_of_peak"] = result.Gflops / peak, ["peak_memory_mib"] = memory, ["machine"] = Machine.Line(kernels),
            });
            return;
        }

        context.Print($"{mode}: {result.TokensPerSecond:N0} tokens/s, {result.Gflops:F1} GFLOP/s, {result.Gflops / peak:P0} of the registers' {peak:F0}");
        context.Print($"median of {result.Runs} runs: {result.Seconds * 1e3:F1} ms; {result.Parameters:N0} parameters; memory {memory:N0} MiB");
    }

    private static Option<int> Size(string name, string description, int fallback) => new(name)
    {
        Description = description, HelpName = "N", DefaultValueFactory = _ => fallback,
    };
}
