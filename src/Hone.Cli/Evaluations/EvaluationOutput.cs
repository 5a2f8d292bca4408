using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Training.Evaluation;
using Spectre.Console;

namespace Hone.Cli.Evaluations;

/// <summary>What an evaluation found, as JSON and as tables.</summary>
internal static class EvaluationOutput
{
    private const int LongestName = 24;

    /// <summary>The document of `eval --json`: of one data set its object, of several a list of them and what they come to.</summary>
    public static JsonObject Json(IReadOnlyList<SetResult> results, long seed)
    {
        if (results is [var only])
        {
            return Document(only);
        }

        Totals totals = Totals.Of(results, seed);
        return new JsonObject
        {
            ["data_sets"] = new JsonArray([.. results.Select(item =>
            {
                JsonObject document = Document(item);
                document.Insert(0, "name", item.Set.Name);
                document.Insert(1, "reward", item.Set.Options.Reward.Name);
                return (JsonNode)document;
            })]),
            ["mean_of_sets"] = new JsonObject
            {
                ["accuracy"] = totals.MeanOfSets, ["pass_at"] = ByK(totals.PassOfSets), ["maj_at"] = ByK(totals.MajorityOfSets),
            },
            ["all_prompts"] = new JsonObject
            {
                ["accuracy"] = totals.OfPrompts, ["low"] = totals.Low, ["high"] = totals.High, ["prompts"] = totals.Prompts,
                ["samples"] = results[0].Result.Samples, ["pass_at"] = ByK(totals.PassOfPrompts),
                ["maj_at"] = ByK(totals.MajorityOfPrompts),
            },
        };
    }

    /// <summary>The result for people.</summary>
    public static void Print(CommandContext context, IReadOnlyList<SetResult> results, long seed, string positions)
    {
        if (results is [var only])
        {
            PrintOne(context, only);
        }
        else
        {
            PrintSeveral(context, results, seed);
        }

        foreach (EvaluatedSet set in results.Select(item => item.Set).Where(set => set.TooLong > 0))
        {
            string name = results.Count > 1 ? set.Name + ": " : "";
            context.Print($"{name}{set.TooLong} prompts did not fit {positions} and were left out");
        }
    }

    private static void PrintOne(CommandContext context, SetResult item)
    {
        EvaluationResult result = item.Result;
        context.Print($"accuracy {result.Accuracy:F4} [{result.Low:F4}, {result.High:F4}] on {result.Prompts} prompts, {result.Samples} samples each, judged by {item.Set.Options.Reward.Name}");
        if (result.Samples > 1)
        {
            Table table = Tables.New("k", "pass@k", "maj@k");
            foreach (int k in result.PassAt.Keys)
            {
                table.AddRow(Number(k), Tables.Share(result.PassAt[k]), Tables.Share(result.MajorityAt[k]));
            }

            Tables.Print(context, table);
            PrintHistogram(context, result);
        }

        context.Print($"no answer found in {result.FormatFailures}, truncated {result.Truncated} of {result.Prompts * result.Samples} completions; mean length {result.MeanLength:F1} tokens");
    }

    private static void PrintSeveral(CommandContext context, IReadOnlyList<SetResult> results, long seed)
    {
        Totals totals = Totals.Of(results, seed);
        int samples = results[0].Result.Samples;
        Table table = Tables.New("data set", "prompts", "accuracy", "95 % interval", "length", "no answer", "truncated");
        foreach ((EvaluatedSet set, EvaluationResult result) in results)
        {
            table.AddRow(
                Name(set.Name), Number(result.Prompts), Tables.Share(result.Accuracy), Interval(result.Low, result.High),
                result.MeanLength.ToString("F1", CultureInfo.InvariantCulture), Number(result.FormatFailures), Number(result.Truncated));
        }

        table.AddRow("mean of sets", "", Tables.Share(totals.MeanOfSets), "", "", "", "");
        table.AddRow(
            "all prompts", Number(totals.Prompts), Tables.Share(totals.OfPrompts), Interval(totals.Low, totals.High), "",
            Number(results.Sum(item => item.Result.FormatFailures)), Number(results.Sum(item => item.Result.Truncated)));
        Tables.Print(context, table);
        context.Print($"{samples} samples a prompt; mean of sets: each data set counts the same; all prompts: each prompt does");
        WrappedText.Print(
            context, "judged by ", string.Join(", ", results.Select(item => $"{item.Set.Options.Reward.Name} ({item.Set.Name})")));
        if (samples > 1)
        {
            PrintByK(context, results, totals);
        }
    }

    private static void PrintByK(CommandContext context, IReadOnlyList<SetResult> results, Totals totals)
    {
        Table table = Tables.New("data set", "k", "pass@k", "maj@k");
        void Add(string name, IReadOnlyDictionary<int, double> pass, IReadOnlyDictionary<int, double> majority)
        {
            foreach (int k in pass.Keys)
            {
                table.AddRow(Name(name), Number(k), Tables.Share(pass[k]), Tables.Share(majority[k]));
            }
        }

        foreach ((EvaluatedSet set, EvaluationResult result) in results)
        {
            Add(set.Name, result.PassAt, result.MajorityAt);
        }

        Add("mean of sets", totals.PassOfSets, totals.MajorityOfSets);
        Add("all prompts", totals.PassOfPrompts, totals.MajorityOfPrompts);
        Tables.Print(context, table);
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

    private static JsonObject Document(SetResult item)
    {
        EvaluationResult result = item.Result;
        return new JsonObject
        {
            ["accuracy"] = result.Accuracy, ["low"] = result.Low, ["high"] = result.High, ["prompts"] = result.Prompts,
            ["samples"] = result.Samples, ["pass_at"] = ByK(result.PassAt), ["maj_at"] = ByK(result.MajorityAt),
            ["mean_length"] = result.MeanLength, ["format_failures"] = result.FormatFailures, ["truncated"] = result.Truncated,
            ["too_long"] = item.Set.TooLong,
            ["right_of_samples"] = new JsonArray([.. result.Histogram.Select(count => (JsonNode)count)]),
        };
    }

    private static JsonObject ByK(IReadOnlyDictionary<int, double> values) =>
        new(values.Select(item => KeyValuePair.Create(Number(item.Key), (JsonNode?)JsonValue.Create(item.Value))));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Interval(double low, double high) =>
        string.Create(CultureInfo.InvariantCulture, $"{low:F3} to {high:F3}");

    private static string Name(string name) => Markup.Escape(name.Length > LongestName ? name[..(LongestName - 2)] + ".." : name);
}
