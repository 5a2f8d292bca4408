using System.Text.Json.Nodes;

namespace Hone.Training.Grpo;

/// <summary>What a guard knows of the updates so far.</summary>
/// <param name="Skipped">Updates left out.</param>
/// <param name="SkippedInARow">Those since the last update that was made.</param>
/// <param name="Norms">Gradient norms of the last updates that were made, oldest first; each above 0.</param>
public sealed record GuardState(int Skipped, int SkippedInARow, IReadOnlyList<double> Norms)
{
    /// <summary>As a checkpoint keeps it.</summary>
    public JsonObject ToJson() => new()
    {
        ["skipped"] = Skipped,
        ["skipped_in_a_row"] = SkippedInARow,
        ["norms"] = new JsonArray([.. Norms.Select(norm => (JsonNode)norm)]),
    };

    /// <summary>Reads it back; null where it is not what <see cref="ToJson"/> writes.</summary>
    public static GuardState? Of(JsonNode? node) =>
        node is JsonObject fields && Count(fields["skipped"]) is int skipped && Count(fields["skipped_in_a_row"]) is int inARow
        && inARow <= skipped && fields["norms"] is JsonArray norms && norms.All(norm => Norm(norm) is not null)
            ? new GuardState(skipped, inARow, [.. norms.Select(norm => Norm(norm)!.Value)])
            : null;

    private static int? Count(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out int count) && count >= 0 ? count : null;

    private static double? Norm(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out double norm) && norm > 0 && double.IsFinite(norm) ? norm : null;
}
