using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records.DataSets;
using Hone.Training.Evaluation;
using Spectre.Console;

namespace Hone.Cli.Commands;

/// <summary>`hone eval`: accuracy, pass@k and maj@k with intervals.</summary>
internal static class EvalCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> model = CommonOptions.Model();
        Option<string> data = CommonOptions.Data();
        Option<string[]> field = CommonOptions.Field("answer=gold");
        var samples = new Option<int>("--samples")
        {
            Description = "Completions per prompt", HelpName = "K", DefaultValueFactory = _ => 1,
        };
        var maxTokens = new Option<int>("--max-tokens")
        {
            Description = "Most tokens of a completion", HelpName = "N", DefaultValueFactory = _ => 256,
        };
        Option<long> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> weights = CommonOptions.Weights();
        var command = new Command("eval", "Evaluate a model on prompts with gold answers") { model, data, field, samples, maxTokens };
        var sampling = new SamplingOptions(command, 0, "0 for one sample, 1 for several");
        foreach (Option option in new Option[] { seed, json, threads, weights })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            int k = parsed.GetValue(samples);
            if (k < 1 || parsed.GetValue(maxTokens) < 1)
            {
                throw new UsageException($"--samples {k}, --max-tokens {parsed.GetValue(maxTokens)}: expected 1 or more. Hint: see --help.");
            }

            DataSet set = DataSet.Read(
                parsed.GetRequiredValue(data), CommandLine.DataFields(parsed.GetValue(field)), requireAnswer: true);
            var options = new EvaluationOptions
            {
                Samples = k, MaxTokens = parsed.GetValue(maxTokens), Seed = parsed.GetValue(seed),
                Sampling = sampling.Read(parsed, k == 1 ? 0 : 1),
            };
            using LoadedModel loaded = LoadedModel.Load(
                context, parsed.GetRequiredValue(model), parsed.GetValue(threads), CommonOptions.Weights(parsed, weights));
            Run(context, loaded, set, options, parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone eval --model arith-base --data heldout.jsonl",
            "hone eval --model runs/a/checkpoints/step-000100 --data test.jsonl --samples 16 --json");
    }

    private static void Run(CommandContext context, LoadedModel loaded, DataSet set, EvaluationOptions options, bool json)
    {
        DataRow[] rows = [.. set.Rows.Where(row => loaded.Text.Fits(row.Prompt))];
        int tooLong = set.Rows.Count - rows.Length;
        if (rows.Length == 0)
        {
            throw new InvalidDataException(
                $"{set.Path}: no prompt fits the model's {loaded.Text.ContextTokens} positions. Hint: use a longer context.");
        }

        context.Introduce(loaded.Kernels);
        var progress = new ProgressLine(context, "evaluating", "completions");
        EvaluationResult result = Evaluator.Evaluate(
            loaded.Text, rows, options, done => progress.Show(done, (long)rows.Length * options.Samples), context.Cancel);
        if (json)
        {
            JsonOutput.Print(context, new JsonObject
            {
                ["accuracy"] = result.Accuracy, ["low"] = result.Low, ["high"] = result.High, ["prompts"] = result.Prompts,
                ["samples"] = result.Samples, ["pass_at"] = ByK(result.PassAt), ["maj_at"] = ByK(result.MajorityAt),
                ["format_failures"] = result.FormatFailures, ["truncated"] = result.Truncated, ["too_long"] = tooLong,
                ["right_of_samples"] = new JsonArray([.. result.Histogram.Select(count => (JsonNode)count)]),
            });
            return;
        }

        context.Print($"accuracy {result.Accuracy:F4} [{result.Low:F4}, {result.High:F4}] on {result.Prompts} prompts, {result.Samples} samples each");
        if (result.Samples > 1)
        {
            Table table = Tables.New("k", "pass@k", "maj@k");
            foreach (int k in result.PassAt.Keys)
            {
                table.AddRow(
                    k.ToString(CultureInfo.InvariantCulture), Tables.Share(result.PassAt[k]), Tables.Share(result.MajorityAt[k]));
            }

            Tables.Print(context, table);
            PrintHistogram(context, result);
        }

        context.Print($"no answer found in {result.FormatFailures}, truncated {result.Truncated} of {result.Prompts * result.Samples} completions");
        if (tooLong > 0)
        {
            context.Print($"{tooLong} prompts did not fit the model's {loaded.Text.ContextTokens} positions and were left out");
        }
    }

    // How the prompts spread from never right to always right: what there is to learn from.
    private static void PrintHistogram(CommandContext context, EvaluationResult result)
    {
        const int Cells = 50;
        int[] histogram = result.Histogram;
        context.Print($"prompts by right completions of {result.Samples}:");
        for (int right = 0; right < histogram.Length; right++)
        {
            double share = (double)histogram[right] / result.Prompts;
            context.Print($"  {right,4}  {histogram[right],6}  {share,6:P1}  {new string('#', (int)Math.Round(share * Cells))}");
        }
    }

    private static JsonObject ByK(IReadOnlyDictionary<int, double> values) =>
        new(values.Select(item => KeyValuePair.Create(
            item.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)JsonValue.Create(item.Value))));
}
