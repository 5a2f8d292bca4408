using System.Text.Json;
using Hone.Engine.Files;
using Hone.Engine.Model;

namespace Hone.Cli.Diagnosis;

/// <summary>A weight file of a folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size; null where it is missing.</param>
/// <param name="IsSound">Whether its header can be read and agrees with its size.</param>
internal sealed record Shard(string Name, long? Bytes, bool IsSound);

/// <summary>What the headers of a folder's weight files say; the weights themselves are not read.</summary>
/// <param name="Shards">The files that there should be.</param>
/// <param name="Tensors">The tensors of those that are sound, by name.</param>
/// <param name="Problems">All that is missing, damaged, or does not fit the configuration.</param>
internal sealed record WeightsDiagnosis(
    IReadOnlyList<Shard> Shards, IReadOnlyDictionary<string, TensorInfo> Tensors, IReadOnlyList<Problem> Problems)
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    /// <summary>Bytes of the files that are there.</summary>
    public long Bytes => Shards.Sum(shard => shard.Bytes ?? 0);

    /// <summary>Reads the headers.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="config">The shape that the tensors should have; null where it is not known.</param>
    public static WeightsDiagnosis Of(string folder, TransformerConfig? config)
    {
        // Tensor by shard, as the index says; a single file is its own index.
        Dictionary<string, string> map = [];
        string[] names = [SingleName];
        string index = Path.Combine(folder, IndexName);
        if (!File.Exists(Path.Combine(folder, SingleName)))
        {
            map = ReadIndex(index);
            names = [.. map.Values.Distinct().Order(StringComparer.Ordinal)];
        }

        List<Problem> problems = [];
        List<Shard> shards = [];
        var tensors = new Dictionary<string, TensorInfo>();
        var fileOf = new Dictionary<string, string>();
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            shards.Add(Read(path, name, index, tensors, fileOf, problems));
        }

        AddTheReadersOwn(folder, problems);
        if (config is not null && shards.Count > 0)
        {
            HashSet<string> unread = [.. shards.Where(shard => !shard.IsSound).Select(shard => shard.Name)];
            HashSet<string> unknown = [.. map.Where(entry => unread.Contains(entry.Value)).Select(entry => entry.Key)];
            if (unread.Count == 0 || map.Count > 0)
            {
                AddDisagreements(folder, config, tensors, fileOf, unknown, problems);
            }
        }

        return new WeightsDiagnosis(shards, tensors, problems);
    }

    private static Shard Read(
        string path, string name, string index, Dictionary<string, TensorInfo> tensors, Dictionary<string, string> fileOf,
        List<Problem> problems)
    {
        if (!File.Exists(path))
        {
            problems.Add(new Problem(
                index, name, $"{index}: shard '{name}' is missing, expected it beside the index. Hint: fetch the model again."));
            return new Shard(name, null, false);
        }

        long bytes = new FileInfo(path).Length;
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            foreach ((string tensor, TensorInfo info) in file.Tensors)
            {
                tensors[tensor] = info;
                fileOf[tensor] = path;
            }

            return new Shard(name, bytes, true);
        }
        catch (Exception error) when (Problem.Is(error))
        {
            problems.Add(Problem.Of(path, error));
            return new Shard(name, bytes, false);
        }
    }

    // Whatever the loader itself would stop at is on the list, be it known to this class or not.
    private static void AddTheReadersOwn(string folder, List<Problem> problems)
    {
        try
        {
            using WeightFiles files = WeightFiles.Open(folder);
        }
        catch (Exception error) when (Problem.Is(error))
        {
            if (problems.TrueForAll(problem => problem.Message != error.Message))
            {
                problems.Add(Problem.Of(folder, error));
            }
        }
    }

    private static void AddDisagreements(
        string folder, TransformerConfig config, Dictionary<string, TensorInfo> tensors, Dictionary<string, string> fileOf,
        HashSet<string> unknown, List<Problem> problems)
    {
        foreach ((string tensor, string message) in ModelFile.Disagreements(config, folder, tensors, name => fileOf[name]))
        {
            if (!unknown.Contains(tensor))
            {
                problems.Add(new Problem(fileOf.GetValueOrDefault(tensor, folder), tensor, message));
            }
        }

        foreach (TensorInfo tensor in tensors.Values.Where(tensor => tensor.DataType == TensorDataType.Other))
        {
            problems.Add(new Problem(
                fileOf[tensor.Name], tensor.Name,
                $"{fileOf[tensor.Name]}: tensor '{tensor.Name}' is {tensor.TypeName}, expected F32, F16 or BF16. "
                + "Hint: use the unquantised weights of the model."));
        }
    }

    // Names that leave the folder are left to the reader to refuse.
    private static Dictionary<string, string> ReadIndex(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(file);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("weight_map", out JsonElement map) && map.ValueKind == JsonValueKind.Object
                ? map.EnumerateObject()
                    .Where(entry => entry.Value.ValueKind == JsonValueKind.String && IsPlain(entry.Value.GetString()!))
                    .GroupBy(entry => entry.Name)
                    .ToDictionary(group => group.Key, group => group.First().Value.GetString()!)
                : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsPlain(string name) =>
        name is not ("" or "." or "..") && name.AsSpan().IndexOfAny("/\\:\0") < 0 && !name.Any(char.IsControl);
}
