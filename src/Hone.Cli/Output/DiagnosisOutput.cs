using System.Text.Json.Nodes;
using Hone.Selection;

namespace Hone.Cli.Output;

/// <summary>Diagnoses as text and as JSON.</summary>
internal static class DiagnosisOutput
{
    /// <summary>Prints each with its next step.</summary>
    public static void Print(CommandContext context, IEnumerable<RankingDiagnosis> diagnoses)
    {
        foreach (RankingDiagnosis diagnosis in diagnoses)
        {
            WrappedText.Print(context, $"  {Name(diagnosis.Severity),-8} ", $"{diagnosis.Message} ({diagnosis.Id})");
            WrappedText.Print(context, "           next: ", diagnosis.NextStep);
        }
    }

    /// <summary>An array of objects.</summary>
    public static JsonArray Json(IEnumerable<RankingDiagnosis> diagnoses) => new([.. diagnoses.Select(diagnosis => (JsonNode)new JsonObject
    {
        ["id"] = diagnosis.Id,
        ["severity"] = Name(diagnosis.Severity),
        ["message"] = diagnosis.Message,
        ["evidence"] = new JsonObject(diagnosis.Evidence.Select(figure => KeyValuePair.Create(figure.Key, JsonOutput.Number(figure.Value)))),
        ["next_step"] = diagnosis.NextStep,
    })]);

    private static string Name(DiagnosisSeverity severity) => severity.ToString().ToLowerInvariant();
}
