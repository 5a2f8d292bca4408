using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Selection;

namespace Hone.Cli.Commands;

/// <summary>`hone select`: the prompts worth training on.</summary>
internal static class SelectCommand
{
    public static Command Create(CommandContext context)
    {
        var scores = new Option<string>("--scores") { Description = "Scores that hone score wrote", HelpName = "FILE", Required = true };
        Option<string> data = CommonOptions.Data();
        Option<string[]> field = CommonOptions.Field("id=uid");
        var fraction = new Option<double>("--fraction")
        {
            Description = "Share of the scored prompts to keep", HelpName = "X", DefaultValueFactory = _ => 0.1,
        };
        var by = new Option<string>("--by")
        {
            Description = "fuzzy (nearest the center), random, confident or unsure", HelpName = "RULE",
            DefaultValueFactory = _ => "fuzzy",
        };
        CommonOptions.OneOf(by, "fuzzy", "random", "confident", "unsure");
        var center = new Option<string>("--center")
        {
            Description = "Center of fuzzy: mean, median, or a probability", HelpName = "C", DefaultValueFactory = _ => "mean",
        };
        Option<long> seed = CommonOptions.Seed();
        var output = new Option<string>("--out") { Description = "Kept rows", HelpName = "FILE", Required = true };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("select", "Keep the prompts in the model's zone of proximal development (UFO-RL)")
        {
            scores, data, field, fraction, by, center, seed, output, json,
        };
        command.SetAction(parsed =>
        {
            var options = new PromptSelectionOptions
            {
                Rule = Enum.Parse<SelectionRule>(parsed.GetRequiredValue(by), ignoreCase: true),
                Fraction = Fraction(parsed.GetValue(fraction)),
                Center = Center(parsed.GetRequiredValue(center)),
                Seed = (ulong)parsed.GetValue(seed),
            };
            IReadOnlyList<ScoreLine> lines = ScoreLine.ReadAll(parsed.GetRequiredValue(scores));
            DataSet set = DataSet.Read(parsed.GetRequiredValue(data), CommandLine.DataFields(parsed.GetValue(field)));
            Selected selected = Select(parsed.GetRequiredValue(scores), lines, set, options);
            SelectedRow.Write(parsed.GetRequiredValue(output), selected.Kept);
            Print(context, selected, set, options, parsed.GetRequiredValue(output), parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone select --scores scores.jsonl --data train.jsonl --fraction 0.1 --out kept.jsonl",
            "hone select --scores scores.jsonl --data train.jsonl --by random --seed 2 --out control.jsonl");
    }

    /// <summary>Chooses among the rows that have a score.</summary>
    public static Selected Select(string path, IReadOnlyList<ScoreLine> lines, DataSet set, PromptSelectionOptions options)
    {
        Dictionary<string, ScoreLine> byId = lines.ToDictionary(line => line.Id);
        DataRow[] rows = [.. set.Rows.Where(row => byId.ContainsKey(row.Id))];
        if (rows.Length == 0)
        {
            throw new InvalidDataException(
                $"{path}: no score belongs to a row of {set.Path}, expected the scores of this data set. "
                + "Hint: score it with hone score, and map ids the same way in both.");
        }

        double[] probabilities = [.. rows.Select(row => byId[row.Id].Probability)];
        int bad = Array.FindIndex(probabilities, value => !double.IsFinite(value));
        if (bad >= 0)
        {
            throw new InvalidDataException(
                $"{path}: the probability of '{rows[bad].Id}' is no number, expected 0 to 1. Hint: remove the line and score again.");
        }

        PromptSelectionResult result = PromptSelection.Select(probabilities, options);
        string rule = options.Rule.ToString().ToLowerInvariant();
        SelectedRow[] kept = [.. result.Kept.Select(i => new SelectedRow(rows[i], new JsonObject
        {
            ["hone_confidence"] = byId[rows[i].Id].Confidence,
            ["hone_probability"] = probabilities[i],
            ["hone_score"] = JsonOutput.Number(result.Rows[i].Score),
            ["hone_rank"] = result.Rows[i].Rank,
            ["hone_selected_by"] = rule,
        }))];
        return new Selected(kept, rows.Length, result.Center);
    }

    private static void Print(
        CommandContext context, Selected selected, DataSet set, PromptSelectionOptions options, string output, bool json)
    {
        if (json)
        {
            JsonOutput.Print(context, new JsonObject
            {
                ["out"] = output, ["by"] = options.Rule.ToString().ToLowerInvariant(), ["fraction"] = options.Fraction,
                ["center"] = JsonOutput.Number(selected.Center), ["kept"] = selected.Kept.Count, ["scored"] = selected.Scored,
                ["prompts"] = set.Rows.Count,
            });
            return;
        }

        context.Print($"kept {selected.Kept.Count} of {selected.Scored} scored prompts in {output}");
        if (options.Rule == SelectionRule.Fuzzy)
        {
            context.Print($"center {selected.Center:F4}; probabilities of the kept {selected.Kept.Min(Probability):F4} to {selected.Kept.Max(Probability):F4}");
        }

        if (selected.Scored < set.Rows.Count)
        {
            context.Print($"{set.Rows.Count - selected.Scored} of {set.Rows.Count} rows have no score (too long for the model, or not scored yet)");
        }
    }

    private static double Probability(SelectedRow row) => row.Fields["hone_probability"]!.GetValue<double>();

    private static double Fraction(double fraction) => fraction is > 0 and <= 1
        ? fraction
        : throw new UsageException(string.Create(
            CultureInfo.InvariantCulture, $"--fraction {fraction}: expected above 0, at most 1. Hint: 0.1 keeps a tenth."));

    private static SelectionCenter Center(string text) => text switch
    {
        "mean" => SelectionCenter.Mean,
        "median" => SelectionCenter.Median,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1
            => SelectionCenter.At(value),
        _ => throw new UsageException($"--center {text}: expected mean, median, or a probability from 0 to 1. Hint: try mean."),
    };

    /// <summary>Kept rows, how many had a score, and the center used.</summary>
    internal sealed record Selected(IReadOnlyList<SelectedRow> Kept, int Scored, double Center);
}
