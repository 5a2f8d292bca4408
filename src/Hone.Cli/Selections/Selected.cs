using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Selection;

namespace Hone.Cli.Selections;

/// <summary>Kept rows, how many had a score, and the center used.</summary>
internal sealed record Selected(IReadOnlyList<SelectedRow> Kept, int Scored, double Center)
{
    /// <summary>Chooses among the rows that have a score.</summary>
    public static Selected Choose(string path, IReadOnlyList<ScoreLine> lines, DataSet set, PromptSelectionOptions options)
    {
        Dictionary<string, ScoreLine> byId = lines.ToDictionary(line => line.Id);
        DataRow[] rows = [.. set.Rows.Where(row => byId.ContainsKey(row.Id))];
        if (rows.Length == 0)
        {
            throw new InvalidDataException(
                $"{path}: no score belongs to a row of {set.Path}, expected the scores of this data set. "
                + "Hint: score it with hone score, and map ids the same way in both.");
        }

        if (Array.Find(rows, row => !byId[row.Id].IsOf(row)) is { } other)
        {
            throw new InvalidDataException(
                $"{path}: the score of '{other.Id}' is that of another prompt than {set.Path}:{other.LineNumber} has, expected the scores of "
                + "this data set. Hint: score it with hone score.");
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
}
