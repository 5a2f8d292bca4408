using System.CommandLine;
using System.Globalization;
using Hone.Cli.Selections;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Records.Exporting;
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
        var trainer = new Option<string>("--for")
        {
            Description = $"Write rows as this trainer takes them: {string.Join(", ", TrainerNames.All)}", HelpName = "TRAINER",
        };
        CommonOptions.OneOf(trainer, [.. TrainerNames.All]);
        var control = new Option<string?>("--control")
        {
            Description = "Also as many rows drawn uniformly from the scored ones, without replacement, by --seed", HelpName = "FILE",
        };
        var output = new Option<string>("--out")
        {
            Description = "Kept rows: JSON Lines, or Parquet if the name ends in .parquet", HelpName = "FILE", Required = true,
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("select", "Keep the prompts in the model's zone of proximal development (UFO-RL)")
        {
            scores, data, field, fraction, by, center, seed, trainer, control, output, json,
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
            string scored = parsed.GetRequiredValue(scores);
            string rows = parsed.GetRequiredValue(data);
            SelectionFiles files = SelectionFiles.Of(
                parsed.GetRequiredValue(output), parsed.GetValue(control), parsed.GetValue(trainer), options,
                (scores.Name, scored), (data.Name, rows));
            IReadOnlyList<ScoreLine> lines = ScoreLine.ReadAll(scored);
            DataSet set = DataSet.Read(rows, CommandLine.DataFields(parsed.GetValue(field)));
            Selected selected = Selected.Choose(scored, lines, set, options);
            files.Write(files.Output, set, selected);
            Selected? drawn = null;
            if (files.Control is string second)
            {
                drawn = Selected.Choose(scored, lines, set, options with { Rule = SelectionRule.Random });
                files.Write(second, set, drawn);
            }

            SelectionOutput.Print(context, new SelectionReport(set, options, files, selected, drawn), parsed.GetValue(json));
            return 0;
        });
        return HelpWithExamples.Add(
            command,
            "hone select --scores scores.jsonl --data train.jsonl --fraction 0.1 --out kept.jsonl",
            "hone select --scores scores.jsonl --data train.jsonl --for verl --control control.jsonl --out kept.jsonl");
    }

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
}
