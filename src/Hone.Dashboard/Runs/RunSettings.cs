using System.Text.Json;
using Hone.Selection;

namespace Hone.Dashboard.Runs;

/// <summary>What run.json says of a run.</summary>
/// <param name="Steps">Steps that it is to take; null where the file does not say.</param>
/// <param name="Model">The model that it started from; null where the file does not say.</param>
/// <param name="Method">How the run scores its own checkpoints: p and delta of its section <c>rank</c>, else the defaults.</param>
/// <param name="HasMethod">Whether the file says p and delta.</param>
internal sealed record RunSettings(int? Steps, string? Model, RankingOptions Method, bool HasMethod)
{
    /// <summary>Those of a run that says nothing.</summary>
    public static RunSettings None { get; } = new(null, null, new RankingOptions(), false);

    /// <summary>Reads run.json; what is damaged or of another type counts as not said.</summary>
    /// <param name="content">The file's bytes.</param>
    public static RunSettings Read(ReadOnlySpan<byte> content)
    {
        try
        {
            JsonElement config = JsonElement.Parse(content.StartsWith("\uFEFF"u8) ? content[3..] : content).GetProperty("config");
            RankingOptions defaults = None.Method;
            double? hardest = null;
            int? window = null;
            if (config.TryGetProperty("rank", out JsonElement rank) && rank.ValueKind == JsonValueKind.Object)
            {
                hardest = rank.TryGetProperty("hardest", out JsonElement percent) && percent.ValueKind == JsonValueKind.Number
                    && percent.GetDouble() is > 0 and <= 100 and var p ? p : null;
                window = Whole(rank, "window") is >= 1 and var steps ? steps : null;
            }

            return new RunSettings(
                Whole(config, "steps"),
                config.TryGetProperty("model", out JsonElement model) && model.ValueKind == JsonValueKind.String ? model.GetString() : null,
                defaults with { HardestPercent = hardest ?? defaults.HardestPercent, WindowSteps = window ?? defaults.WindowSteps },
                hardest is not null && window is not null);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return None;
        }
    }

    private static int? Whole(JsonElement section, string name) =>
        section.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : null;
}
