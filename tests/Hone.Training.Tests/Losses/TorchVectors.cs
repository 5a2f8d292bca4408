using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hone.Training.Tests.Losses;

/// <summary>The clipped objective as PyTorch computed it; the files belong to Hone.Engine.Tests and say how they were
/// made.</summary>
internal sealed class TorchVectors
{
    internal static readonly string[] Cases =
        ["llama_mha", "llama_gqa", "qwen2_mha", "qwen2_gqa", "qwen3_mha", "qwen3_gqa"];

    private readonly JsonElement _grpo;
    private readonly JsonElement _logProbs;

    private TorchVectors(string file, JsonElement root)
    {
        Folder = Path.GetDirectoryName(file)!;
        Sequences = [.. root.GetProperty("sequences").EnumerateArray().Select(
            sequence => sequence.EnumerateArray().Select(id => id.GetInt32()).ToArray())];
        _grpo = root.GetProperty("grpo");
        _logProbs = root.GetProperty("logprobs");
        NewLogProbs = Completions(_logProbs);
        OldLogProbs = Completions(_grpo.GetProperty("old_logprobs"));
        ReferenceLogProbs = Completions(_grpo.GetProperty("reference_logprobs"));
        Advantages = Numbers(_grpo.GetProperty("advantages"));
        int first = _logProbs[0].GetArrayLength() - Skipped;
        Starts = [0, first, first + _logProbs[1].GetArrayLength() - Skipped];
    }

    /// <summary>The model folder.</summary>
    internal string Folder { get; }

    /// <summary>Token ids of prompt and completion.</summary>
    internal int[][] Sequences { get; }

    internal double[] NewLogProbs { get; }

    internal double[] OldLogProbs { get; }

    internal double[] ReferenceLogProbs { get; }

    internal double[] Advantages { get; }

    internal int[] Starts { get; }

    // Entry t is the log-probability of token t + 1, so the completion starts one entry before its first token's index.
    private int Skipped => _grpo.GetProperty("prompt_tokens").GetInt32() - 1;

    internal static TorchVectors Load(string name)
    {
        string path = Path.Combine("tests", "Hone.Engine.Tests", "Vectors", name, "expected.json");
        string file = Above(AppContext.BaseDirectory, path) ?? Above(SourceFile(), path)
            ?? throw new FileNotFoundException($"{path} is neither above the tests nor above their sources.");
        return new TorchVectors(file, JsonDocument.Parse(File.ReadAllBytes(file)).RootElement);
    }

    internal double Number(params ReadOnlySpan<string> keys)
    {
        JsonElement value = _grpo;
        foreach (string key in keys)
        {
            value = value.GetProperty(key);
        }

        return value.GetDouble();
    }

    /// <summary>A list of completion tokens, sequences one after the other.</summary>
    internal double[] Tokens(string key) => [.. _grpo.GetProperty(key).EnumerateArray().SelectMany(Numbers)];

    /// <summary>Gradients of the loss in one normalisation, by tensor.</summary>
    internal Dictionary<string, double[]> Gradients(string normalization) =>
        _grpo.GetProperty(normalization).GetProperty("gradients").EnumerateObject().ToDictionary(
            tensor => tensor.Name, tensor => Numbers(tensor.Value.GetProperty("values")));

    private double[] Completions(JsonElement sequences) =>
        [.. sequences.EnumerateArray().SelectMany(sequence => Numbers(sequence).Skip(Skipped))];

    private static double[] Numbers(JsonElement list) =>
        [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static string? Above(string start, string path)
    {
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, path)))
            {
                return Path.Combine(folder, path);
            }
        }

        return null;
    }

    private static string SourceFile([CallerFilePath] string path = "") => path;
}
