using System.Buffers;
using System.Text.Json;
using Hone.Records.Lines;

namespace Hone.Records.RunFolders;

/// <summary>The texts of one of our rollout lines, and what else a reader of it may want to see; null where the line does not
/// say.</summary>
/// <param name="PromptId">The prompt's id.</param>
/// <param name="Prompt">The prompt's text.</param>
/// <param name="Completion">The completion's text.</param>
/// <param name="Answer">The gold answer.</param>
/// <param name="Rewards">The parts of the reward that are numbers, by name.</param>
/// <param name="Advantage">The advantage that the update used.</param>
/// <param name="MeanEntropy">Mean entropy of the distributions sampled from, in nats.</param>
/// <param name="MinLogprob">Log-probability of the least likely token.</param>
public sealed record RolloutDetail(
    string? PromptId, string? Prompt, string? Completion, string? Answer, IReadOnlyList<KeyValuePair<string, double>> Rewards,
    double? Advantage, double? MeanEntropy, double? MinLogprob)
{
    /// <summary>Reads a line; what has another type than ours is left out, since the page is to show the rest.</summary>
    /// <param name="line">The line, of valid JSON but for Python's NaN and Infinity.</param>
    /// <returns>Null where the line is no JSON object.</returns>
    public static RolloutDetail? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var repaired = new ArrayBufferWriter<byte>();
            PythonJson.Repair(line, repaired);
            JsonElement row = JsonElement.Parse(repaired.WrittenSpan);
            return row.ValueKind != JsonValueKind.Object ? null : new RolloutDetail(
                JsonFields.Text(Member(row, "prompt_id")), JsonFields.Text(Member(row, "prompt")),
                JsonFields.Text(Member(row, "completion")), JsonFields.Text(Member(row, "answer")),
                Parts(Member(row, "rewards")), Number(row, "advantage"), Number(row, "mean_entropy"), Number(row, "min_logprob"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement? Member(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value : null;

    private static double? Number(JsonElement row, string name) =>
        Member(row, name) is { ValueKind: JsonValueKind.Number } value && double.IsFinite(value.GetDouble()) ? value.GetDouble() : null;

    private static KeyValuePair<string, double>[] Parts(JsonElement? rewards) => rewards is not { ValueKind: JsonValueKind.Object } parts ? [] :
    [
        .. parts.EnumerateObject().Where(part => part.Value.ValueKind == JsonValueKind.Number && double.IsFinite(part.Value.GetDouble()))
            .Select(part => KeyValuePair.Create(part.Name, part.Value.GetDouble())),
    ];
}
