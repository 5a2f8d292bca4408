using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records.DataSets;
using Hone.Records.Exporting;
using Hone.Selection;

namespace Hone.Cli.Selections;

/// <summary>What a selection is to be reported with.</summary>
internal sealed record SelectionReport(
    DataSet Set, PromptSelectionOptions Options, SelectionFiles Files, Selected Kept, Selected? Control)
{
    /// <summary>How many of the control rows are among the kept too.</summary>
    public int Common => Control is null ? 0 : Control.Kept.Select(row => row.Row.Id).Intersect(Kept.Kept.Select(row => row.Row.Id)).Count();
}

/// <summary>Says what was selected.</summary>
internal static class SelectionOutput
{
    public static void Print(CommandContext context, SelectionReport report, bool json)
    {
        if (json)
        {
            JsonOutput.Print(context, Json(report));
            return;
        }

        (DataSet set, Selected kept) = (report.Set, report.Kept);
        context.Print($"kept {kept.Kept.Count} of {kept.Scored} scored prompts in {report.Files.Output}");
        if (report.Options.Rule == SelectionRule.Fuzzy)
        {
            context.Print($"center {kept.Center:F4}; probabilities of the kept {kept.Kept.Min(Probability):F4} to {kept.Kept.Max(Probability):F4}");
        }

        if (kept.Scored < set.Rows.Count)
        {
            context.Print($"{set.Rows.Count - kept.Scored} of {set.Rows.Count} rows have no score (too long for the model, or not scored yet)");
        }

        if (report.Control is Selected control)
        {
            context.Print($"control: {control.Kept.Count} of {control.Scored} scored prompts, drawn uniformly without replacement with seed {report.Options.Seed}, in {report.Files.Control}; {report.Common} of them are kept prompts too");
        }

        if (report.Files.Trainer is Trainer trainer)
        {
            foreach ((string name, string file) in Files(report.Files))
            {
                context.Print($"{TrainerNames.Of(trainer)}{name}: {TrainerSwitches.For(trainer, file)}");
            }

            if (TrainerSwitches.Remark(trainer, set) is string remark)
            {
                context.Say($"{remark}");
            }
        }
    }

    private static JsonObject Json(SelectionReport report)
    {
        JsonObject json = new()
        {
            ["out"] = report.Files.Output, ["by"] = report.Options.Rule.ToString().ToLowerInvariant(), ["fraction"] = report.Options.Fraction,
            ["center"] = JsonOutput.Number(report.Kept.Center), ["kept"] = report.Kept.Kept.Count, ["scored"] = report.Kept.Scored,
            ["prompts"] = report.Set.Rows.Count,
        };
        if (report.Control is Selected control)
        {
            json["control"] = new JsonObject
            {
                ["out"] = report.Files.Control, ["seed"] = report.Options.Seed, ["kept"] = control.Kept.Count, ["common"] = report.Common,
            };
        }

        if (report.Files.Trainer is Trainer trainer)
        {
            json["for"] = TrainerNames.Of(trainer);
            foreach ((string name, string file) in Files(report.Files))
            {
                json[$"{name.Trim()}_switches".TrimStart('_')] = TrainerSwitches.For(trainer, file);
            }
        }

        return json;
    }

    private static IEnumerable<(string Name, string File)> Files(SelectionFiles files) =>
        files.Control is null ? [("", files.Output)] : [("", files.Output), (" control", files.Control)];

    private static double Probability(SelectedRow row) => row.Fields["hone_probability"]!.GetValue<double>();
}
