using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.Cli.Benchmarks;
using Hone.Cli.Output;
using Hone.Engine.Kernels;

namespace Hone.Cli.Commands;

/// <summary>`hone bench`: what this machine does with a model of a given shape.</summary>
internal static class BenchCommand
{
    private const int ProductSize = 1024;

    public static Command Create(CommandContext context)
    {
        var mode = new Option<string>("--mode")
        {
            Description = "train (forward, backward, AdamW), score (log-probs of every token), decode (batched sampling),\n"
                + "prefix (an update on groups of completions, with the prompt computed once and for each)\n"
                + "or matmul (one product of 1024x1024x1024, whatever the shape)",
            HelpName = "MODE", DefaultValueFactory = _ => "train",
        };
        CommonOptions.OneOf(mode, "train", "score", "decode", "prefix", "matmul");
        Option<int> hidden = Size("--hidden", "Hidden size", 128);
        Option<int> layers = Size("--layers", "Blocks", 4);
        Option<int> heads = Size("--heads", "Query heads", 4);
        Option<int> keyValueHeads = Size("--kv-heads", "Key/value heads", 2);
        Option<int> feedForward = Size("--ffn", "Feed-forward size", 384);
        Option<int> vocabulary = Size("--vocab", "Vocabulary", 64);
        Option<int> batch = Size("--batch", "Sequences", 256);
        Option<int> sequence = Size("--seq", "Tokens of a sequence", 64);
        Option<int> prompt = Size("--prompt", "Tokens of a prompt (prefix mode)", 256);
        Option<int> group = Size("--group", "Completions of a prompt (prefix mode)", 8);
        Option<int> lora = Size("--lora", "Rank of adapters on every projection, trained in place of the model; 0 for none", 0);
        Option<int> threads = CommonOptions.Threads();
        Option<string> weights = CommonOptions.Weights();
        var profile = new Option<bool>("--profile") { Description = "Also say which kernels the time went to" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("bench", "Measure tokens per second on a random model of a given shape")
        {
            mode, hidden, layers, heads, keyValueHeads, feedForward, vocabulary, batch, sequence, prompt, group, lora,
            threads, weights, profile, json,
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

            WeightFormat format = CommonOptions.Weights(parsed, weights);
            string job = parsed.GetRequiredValue(mode);
            if (parsed.GetValue(profile) && job is ("prefix" or "matmul"))
            {
                throw new UsageException($"--profile --mode {job}: expected train, score or decode. Hint: leave --profile out.");
            }

            if (format != WeightFormat.F32 && job is not ("score" or "decode"))
            {
                throw new UsageException($"--weights bf16 --mode {job}: expected score or decode. Hint: gradients need f32.");
            }

            if (job == "prefix")
            {
                CheckGroups(shape, parsed.GetValue(prompt), parsed.GetValue(group));
            }

            int rank = parsed.GetValue(lora);
            if (rank < 0 || (rank > 0 && job is ("prefix" or "matmul")))
            {
                throw new UsageException($"--lora {rank}: expected 0 or more, and --mode train, score or decode. Hint: for example --mode train --lora 8.");
            }

            using Kernels kernels = context.StartKernels(parsed.GetValue(threads));
            if (job == "matmul")
            {
                RunProduct(context, kernels, parsed.GetValue(json));
                return 0;
            }

            if (job == "prefix")
            {
                RunPrefix(context, kernels, shape, parsed.GetValue(prompt), parsed.GetValue(group), parsed.GetValue(json));
                return 0;
            }

            Run(context, kernels, job, shape, format, rank, parsed.GetValue(profile), parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone bench --mode train",
            "hone bench --mode score --profile",
            "hone bench --mode decode --hidden 896 --layers 4 --heads 14 --kv-heads 2 --ffn 4864 --vocab 8192 --batch 8 --seq 128");
    }

    private static void Run(
        CommandContext context, Kernels kernels, string mode, BenchmarkShape shape, WeightFormat format, int loraRank,
        bool profile, bool json)
    {
        using var timed = new TimedKernels(kernels, context.Time);
        var runner = new BenchmarkRunner(profile ? timed : kernels, context.Time);
        Measurement result = runner.Measure(mode, shape, format, loraRank, timed.Reset);
        if (profile && !json)
        {
            timed.Print(context);
        }

        double peak = runner.Peak();
        using var process = Process.GetCurrentProcess();
        double memory = process.PeakWorkingSet64 / (double)(1 << 20);
        if (json)
        {
            var document = new JsonObject
            {
                ["mode"] = mode, ["parameters"] = result.Parameters, ["threads"] = kernels.Threads,
                ["kernels"] = kernels.Path.Name(), ["tokens_per_second"] = result.TokensPerSecond,
                ["tokens_per_second_mean"] = result.MeanTokensPerSecond, ["gflops"] = result.Gflops,
                ["seconds"] = result.Seconds, ["runs"] = result.Runs, ["peak_gflops"] = peak,
                ["share_of_peak"] = result.Gflops / peak, ["peak_memory_mib"] = memory, ["machine"] = Machine.Line(kernels),
            };
            if (profile)
            {
                document["profile"] = timed.Json();
            }

            JsonOutput.Print(context, document);
            return;
        }

        context.Print($"{mode}: {result.TokensPerSecond:N0} tokens/s, {result.Gflops:F1} GFLOP/s, {result.Gflops / peak:P0} of the registers' {peak:F0}");
        context.Print($"median of {result.Runs} runs: {result.Seconds * 1e3:F1} ms; {result.Parameters:N0} parameters; peak memory {memory:N0} MiB");
    }

    private static void CheckGroups(BenchmarkShape shape, int prompt, int group)
    {
        if (prompt < 1 || group < 1 || shape.Batch % group != 0)
        {
            throw new UsageException(
                $"--prompt {prompt} --group {group} --batch {shape.Batch}: expected a prompt of 1 or more tokens and whole groups. "
                + "Hint: make --batch a multiple of --group.");
        }
    }

    private static void RunPrefix(
        CommandContext context, Kernels kernels, BenchmarkShape shape, int prompt, int group, bool json)
    {
        SharedPromptMeasurement result =
            new BenchmarkRunner(kernels, context.Time).MeasureSharedPrompt(shape, prompt, group);
        double ratio = result.RepeatedSeconds / result.SharedSeconds;
        if (json)
        {
            JsonOutput.Print(context, new JsonObject
            {
                ["mode"] = "prefix", ["threads"] = kernels.Threads, ["kernels"] = kernels.Path.Name(),
                ["shared_seconds"] = result.SharedSeconds, ["repeated_seconds"] = result.RepeatedSeconds,
                ["speedup"] = ratio, ["equal_log_probs"] = result.EqualLogProbs, ["machine"] = Machine.Line(kernels),
            });
            return;
        }

        context.Print(
            $"prefix: update of {result.SharedSeconds * 1e3:F1} ms with the prompt computed once, {result.RepeatedSeconds * 1e3:F1} ms for each completion: {ratio:F2}x");
        context.Print($"completion log-probs bit for bit equal: {(result.EqualLogProbs ? "yes" : "no")}");
    }

    private static void RunProduct(CommandContext context, Kernels kernels, bool json)
    {
        var runner = new BenchmarkRunner(kernels, context.Time);
        double gflops = runner.Product(ProductSize), peak = runner.Peak();
        if (json)
        {
            JsonOutput.Print(context, new JsonObject
            {
                ["mode"] = "matmul", ["size"] = ProductSize, ["threads"] = kernels.Threads, ["kernels"] = kernels.Path.Name(),
                ["gflops"] = gflops, ["peak_gflops"] = peak, ["share_of_peak"] = gflops / peak, ["machine"] = Machine.Line(kernels),
            });
            return;
        }

        context.Print($"matmul: {gflops:F1} GFLOP/s, {gflops / peak:P0} of the registers' {peak:F0}");
    }

    private static Option<int> Size(string name, string description, int fallback) => new(name)
    {
        Description = description, HelpName = "N", DefaultValueFactory = _ => fallback,
    };
}
