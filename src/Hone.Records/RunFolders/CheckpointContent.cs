using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hone.Records.RunFolders;

/// <summary>What a checkpoint's folder holds, and where in it.</summary>
/// <param name="Kind">What to ship.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Conversion">How to make a Hugging Face folder of it; null where none is needed or known.</param>
internal sealed partial record CheckpointContent(CheckpointKind Kind, string Path, string? Conversion = null)
{
    // Itself; verl with hf_model among checkpoint.save_contents, FSDP and Megatron; NeMo-RL with consolidated weights.
    private static readonly string[] ModelPlaces =
        ["", "actor/huggingface", "actor/model/huggingface", "policy/weights/model/consolidated", "policy/weights", "hf"];

    // Itself; verl; prime-rl.
    private static readonly string[] AdapterPlaces = ["", "actor/lora_adapter", "lora_adapters"];

    [GeneratedRegex(@"-of-(?<count>[0-9]{5})\.(safetensors|bin)$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedShard();

    /// <summary>Looks into a folder.</summary>
    /// <returns>The best that it holds, or null and why it holds nothing of use.</returns>
    internal static (CheckpointContent? Content, string Problem) Of(string folder)
    {
        string? problem = null;
        foreach (string place in ModelPlaces)
        {
            string path = Place(folder, place);
            string[] weights = Files(path, "*.safetensors", "pytorch_model*.bin", "model*.bin")
                .Where(file => !System.IO.Path.GetFileName(file).StartsWith("adapter_", StringComparison.Ordinal)).ToArray();
            if (weights.Length == 0 || !File.Exists(System.IO.Path.Combine(path, "config.json")))
            {
                continue;
            }

            if ((ProblemIn(weights) ?? Missing(path, weights)) is not { } found)
            {
                return (new CheckpointContent(CheckpointKind.Model, path), "");
            }

            problem ??= found;
        }

        foreach (string place in AdapterPlaces)
        {
            string path = Place(folder, place);
            string[] weights = Files(path, "adapter_model*.safetensors", "adapter_model*.bin");
            if (weights.Length == 0 || !File.Exists(System.IO.Path.Combine(path, "adapter_config.json")))
            {
                continue;
            }

            if (ProblemIn(weights) is not { } found)
            {
                return (new CheckpointContent(CheckpointKind.Adapter, path), "");
            }

            problem ??= found;
        }

        (CheckpointContent? shards, string? wrong) = TrainerShards.In(folder);
        return (shards, problem ?? wrong ?? "it has no weights");
    }

    /// <summary>The files of some patterns in a folder; none where there is no such folder.</summary>
    internal static string[] Files(string folder, params string[] patterns) => Directory.Exists(folder)
        ?
        [
            .. patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Distinct().Where(RegularFile.Is)
                .Order(StringComparer.Ordinal),
        ]
        : [];

    /// <summary>The first file without content; null where all have some.</summary>
    internal static string? ProblemIn(IEnumerable<string> files) =>
        files.FirstOrDefault(file => new FileInfo(file).Length == 0) is { } empty
            ? $"{System.IO.Path.GetFileName(empty)} is empty"
            : null;

    internal static string Place(string folder, string place) =>
        place.Length == 0 ? folder : System.IO.Path.Combine([folder, .. place.Split('/')]);

    /// <summary>What an index, or the numbers in the names of the shards, ask for and is not there.</summary>
    private static string? Missing(string folder, string[] weights)
    {
        HashSet<string> there = [.. weights.Select(file => System.IO.Path.GetFileName(file))];
        string? index = Files(folder, "model.safetensors.index.json", "pytorch_model.bin.index.json").FirstOrDefault();
        if (index is not null)
        {
            return NamedIn(index) is not { } named ? $"{System.IO.Path.GetFileName(index)} is damaged"
                : named.FirstOrDefault(name => !there.Contains(name)) is { } missing ? $"{missing} is missing"
                : null;
        }

        Match numbered = weights.Select(file => NumberedShard().Match(file)).FirstOrDefault(match => match.Success) ?? Match.Empty;
        return numbered.Success && int.Parse(numbered.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) is var count
            && weights.Count(file => NumberedShard().IsMatch(file)) is var found && found < count
                ? $"it has {found} of {count} weight files"
                : null;
    }

    private static string[]? NamedIn(string index)
    {
        try
        {
            using FileStream file = File.OpenRead(index);
            using var document = JsonDocument.Parse(file);
            return [.. document.RootElement.GetProperty("weight_map").EnumerateObject().Select(item => item.Value.GetString()!).Distinct()];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
