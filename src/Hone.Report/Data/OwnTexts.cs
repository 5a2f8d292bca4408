using System.Text.Json;
using Hone.Records;
using Hone.Records.Logs;
using Hone.Selection;

namespace Hone.Report;

/// <summary>Texts and tokens in our own rollout lines.</summary>
internal static class OwnTexts
{
    /// <summary>The texts of some completions of a file, by step, prompt and sample.</summary>
    /// <param name="source">The ranked log.</param>
    /// <param name="file">The file.</param>
    /// <param name="rows">Rows of the log that are in it.</param>
    public static IEnumerable<(int Row, HardText Text)> Of(ReportSource source, LogFile file, IReadOnlyList<int> rows)
    {
        Dictionary<(int, string, int), int> wanted = [];
        foreach (int row in rows)
        {
            RolloutScore score = source.Rollouts[row];
            wanted[(score.Step, source.Log.PromptIds[score.Prompt], score.Sample)] = row;
        }

        using JsonLineReader reader = JsonLineReader.Open(file.Path, dropHalfLastLine: true);
        while (wanted.Count > 0 && reader.Read())
        {
            using JsonDocument document = JsonDocument.Parse(reader.Json);
            JsonElement line = document.RootElement;
            if (Key(line) is { } key && wanted.Remove(key, out int row)
                && Text(line, "prompt") is { } prompt && Text(line, "completion") is { } completion)
            {
                yield return (row, new HardText(prompt, completion, Text(line, "answer"), Pieces(source, line, completion)));
            }
        }
    }

    private static (int, string, int)? Key(JsonElement line) =>
        line.TryGetProperty("step", out JsonElement step) && step.ValueKind == JsonValueKind.Number && step.TryGetInt32(out int number)
        && line.TryGetProperty("prompt_id", out JsonElement id)
        && line.TryGetProperty("sample", out JsonElement sample) && sample.ValueKind == JsonValueKind.Number
        && sample.TryGetInt32(out int place)
            ? (number, id.ToString(), place) : null;

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Tokens are shown only where they make up the completion: a tokenizer of another model would tell tales.
    private static TokenPiece[]? Pieces(ReportSource source, JsonElement line, string completion)
    {
        if (source.TokenTexts is null || Numbers(line, "token_ids") is not { } ids || Numbers(line, "token_logprobs") is not { } logprobs
            || ids.Length != logprobs.Length || ids.Any(id => !(id is >= 0 and <= int.MaxValue) || id != Math.Floor(id)))
        {
            return null;
        }

        IReadOnlyList<string>? texts = source.TokenTexts([.. ids.Select(id => (int)id)]);
        return texts is not null && texts.Count == ids.Length && string.Concat(texts).StartsWith(completion, StringComparison.Ordinal)
            ? [.. texts.Zip(logprobs, (text, logprob) => new TokenPiece(text, logprob))] : null;
    }

    private static double[]? Numbers(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN)] : null;
}
