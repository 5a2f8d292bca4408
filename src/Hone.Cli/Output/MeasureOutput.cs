using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Records.Logs;
using Hone.Selection;
using Spectre.Console;

namespace Hone.Cli.Output;

/// <summary>Rankings by several measures side by side, as a table and as JSON.</summary>
internal static class MeasureOutput
{
    /// <summary>Prints the table, and a line that answers whether the pick depends on the measure; nothing for no rows.</summary>
    public static void Print(CommandContext context, IReadOnlyList<MeasureAgreement> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Table table = Tables.New("measure", "pick", "score", "95 % interval", "scores agree", "hard in common", "with length");
        foreach (MeasureAgreement row in rows)
        {
            table.AddRow(
                row.Measure, Step(row.Pick), Tables.Share(row.Score), row.Low is null ? "-" : Text($"{row.Low:F3} to {row.High:F3}"),
                Figure(row.ScoreCorrelation), row.HardInCommon is { } share ? Text($"{share:P0}") : "-", Figure(row.LengthCorrelation));
        }

        Tables.Print(context, table);
        MeasureAgreement first = rows[0];
        MeasureAgreement[] others = [.. rows.Skip(1).Where(row => row.Measure != UncertaintyMeasure.Length.Name())];
        MeasureAgreement? length = rows.FirstOrDefault(row => row.Measure == UncertaintyMeasure.Length.Name());
        int same = others.Count(row => row.Pick == first.Pick);
        string agree = others.Length == 0 ? "the log has no other measure" : Text($"{same} of {others.Length} others pick the same step as {first.Measure}");
        string control = length is null || length == first ? ""
            : length.Pick == first.Pick ? "; so does length alone, which is no uncertainty"
            : Text($"; length alone picks {Step(length.Pick)}");
        WrappedText.Print(context, "measures: ", $"{agree}{control}");
    }

    /// <summary>An array of objects.</summary>
    public static JsonArray Json(IEnumerable<MeasureAgreement> rows) => new([.. rows.Select(row => (JsonNode)new JsonObject
    {
        ["measure"] = JsonName(row.Measure), ["pick"] = row.Pick, ["score"] = JsonOutput.Number(row.Score), ["low"] = JsonOutput.Number(row.Low),
        ["high"] = JsonOutput.Number(row.High), ["score_correlation"] = JsonOutput.Number(row.ScoreCorrelation),
        ["hard_in_common"] = JsonOutput.Number(row.HardInCommon), ["length_correlation"] = JsonOutput.Number(row.LengthCorrelation),
    })]);

    /// <summary>A measure's name in JSON.</summary>
    public static string JsonName(string measure) =>
        measure == UncertaintyMeasure.Reference.Name() ? "reference_anll" : measure.Replace('-', '_');

    private static string Step(int? step) => step?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private static string Figure(double? value) => value is { } number ? Text($"{number:F2}") : "-";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
