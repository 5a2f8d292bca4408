using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tokenization;

namespace Hone.Cli.Diagnosis;

/// <summary>What a folder is, what it takes, and what stands in the way.</summary>
/// <param name="Kind">A model, an adapter, or neither.</param>
/// <param name="Facts">What it says, in order.</param>
/// <param name="Memory">What jobs on it take.</param>
/// <param name="Problems">Why it cannot be loaded; none where it can.</param>
internal sealed record FolderReport(
    string Kind, IReadOnlyList<Fact> Facts, IReadOnlyList<MemoryEstimate> Memory,
    IReadOnlyList<Problem> Problems)
{
    private const string AdapterKind = "LoRA adapter (PEFT) and its base model";

    private static readonly string[] RotarySizes = ["factor", "original_max_position_embeddings"];

    /// <summary>Looks at headers and descriptions only; the weights are not read.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="threads">Threads that jobs would run on.</param>
    /// <param name="available">Bytes of memory that the machine has.</param>
    public static FolderReport Of(string folder, int threads, long available)
    {
        if (LoraFile.IsAdapter(folder))
        {
            AdapterDiagnosis adapter = AdapterDiagnosis.Of(folder);
            return adapter.BaseFolder is { } needed
                ? OfModel(needed, folder, adapter, threads, available)
                : new FolderReport(AdapterKind, adapter.Facts, [], adapter.Problems);
        }

        return OfModel(folder, folder, null, threads, available);
    }

    // A model, or the base of adapters with these; the tokenizer is that of the adapters where they have one.
    private static FolderReport OfModel(string folder, string named, AdapterDiagnosis? adapter, int threads, long available)
    {
        ConfigDiagnosis config = ConfigDiagnosis.Of(folder);
        TransformerConfig? shape = config.IsOurArchitecture ? config.Config : null;
        WeightsDiagnosis weights = WeightsDiagnosis.Of(folder, shape);
        TokenizerDiagnosis tokenizer = TokenizerDiagnosis.Of(Models.TokenizerFolder(named), shape);
        List<Fact> facts =
        [
            .. adapter?.Facts ?? [], .. ConfigFacts(config), .. WeightFacts(weights, shape),
            .. TokenizerFacts(tokenizer, config.Config),
        ];
        string kind = adapter is not null ? AdapterKind
            : config.Raw is null && weights.Shards.Count == 0 ? "no model folder" : "model folder";
        return new FolderReport(
            kind, facts, shape is null ? [] : MemoryEstimate.Of(shape, threads, available),
            [
                .. adapter?.Problems ?? [], .. shape is null ? [] : adapter?.Disagreements(named, shape) ?? [],
                .. config.Problems, .. weights.Problems, .. tokenizer.Problems,
            ]);
    }

    private static IEnumerable<Fact> ConfigFacts(ConfigDiagnosis config)
    {
        if (config.Raw is not { } raw)
        {
            yield break;
        }

        JsonElement root = JsonElement.Parse(raw.ToJsonString());
        JsonElement? list = RawJson.Find(root, "architectures");
        yield return new Fact("architecture", list is { ValueKind: JsonValueKind.Array } names && names.GetArrayLength() > 0
            ? RawJson.Shown(names[0])
            : RawJson.Shown(RawJson.Find(root, "model_type")));
        if (config.Config is { } shape && config.IsOurArchitecture)
        {
            long parameters = new ParameterLayout(shape).Count;
            yield return Fact.Of("parameters", $"{parameters:N0}", parameters);
            yield return Fact.Of(
                "shape",
                $"{shape.Layers} layers, hidden {shape.HiddenSize}, feed-forward {shape.IntermediateSize}, {shape.Heads} heads of {shape.HeadSize}, {shape.KeyValueHeads} for keys and values");
            yield return Fact.Of("vocabulary rows", $"{shape.VocabularySize:N0}", shape.VocabularySize);
            yield return new Fact("tied", shape.TiedEmbeddings ? "yes, the head is the embedding" : "no, the head is its own", shape.TiedEmbeddings);
            yield return Fact.Of("context", $"{shape.MaxPositions:N0} positions", shape.MaxPositions);
            yield return Fact.Of("rotary base", $"{shape.RopeTheta:N0}", shape.RopeTheta);
        }

        yield return new Fact("rotary scaling", Rotary(RawJson.Find(root, "rope_scaling") ?? RawJson.Find(root, "rope_parameters")));
        yield return new Fact("attention", config.Config is { } known && config.IsOurArchitecture ? Attention(known) : Attention(root));
        yield return new Fact("written as", RawJson.Shown(RawJson.Find(root, "dtype") ?? RawJson.Find(root, "torch_dtype")));
    }

    private static string Rotary(JsonElement? settings)
    {
        JsonElement? type = RawJson.Find(settings, "rope_type") ?? RawJson.Find(settings, "type");
        if (type is null || RawJson.Text(type) == "default")
        {
            return "none";
        }

        string[] sizes = [.. RotarySizes
            .Select(key => (key, Value: RawJson.Find(settings, key))).Where(item => item.Value is not null)
            .Select(item => $", {item.key} {RawJson.Shown(item.Value)}")];
        return RawJson.Shown(type) + string.Concat(sizes);
    }

    private static string Attention(TransformerConfig shape)
    {
        int[] windows = [.. Enumerable.Range(0, shape.Layers).Select(shape.WindowOf).Where(window => window > 0)];
        return windows.Length == 0
            ? "full"
            : $"{windows.Length} of {shape.Layers} layers not full, window of {windows.Max()}";
    }

    private static string Attention(JsonElement root)
    {
        string window = "window of " + RawJson.Shown(RawJson.Find(root, "sliding_window"));
        if (RawJson.Find(root, "layer_types") is { ValueKind: JsonValueKind.Array } layers)
        {
            int others = layers.EnumerateArray().Count(layer => RawJson.Text(layer) != "full_attention");
            return others == 0 ? "full" : $"{others} of {layers.GetArrayLength()} layers not full, {window}";
        }

        bool mistral = RawJson.Text(RawJson.Find(root, "model_type")) == "mistral" && RawJson.Find(root, "sliding_window") is not null;
        return mistral || RawJson.Find(root, "use_sliding_window") is { ValueKind: JsonValueKind.True } ? window : "full";
    }

    private static IEnumerable<Fact> WeightFacts(WeightsDiagnosis weights, TransformerConfig? shape)
    {
        int there = weights.Shards.Count(shard => shard.Bytes is not null);
        yield return Fact.Of(
            "weight files", $"{there} of {weights.Shards.Count}, {ByteText.Of(weights.Bytes)}, {weights.Tensors.Count:N0} tensors",
            new JsonArray([.. weights.Shards.Select(shard => (JsonNode)new JsonObject
            {
                ["name"] = shard.Name, ["bytes"] = shard.Bytes, ["sound"] = shard.IsSound,
            })]));
        if (weights.Tensors.Count > 0)
        {
            (string Type, long Values)[] types =
            [
                .. weights.Tensors.Values.GroupBy(tensor => tensor.TypeName)
                    .Select(group => (group.Key, group.Sum(tensor => tensor.ElementCount))).OrderByDescending(type => type.Item2),
            ];
            yield return new Fact(
                "stored as",
                string.Join(", ", types.Select(type => types.Length == 1
                    ? type.Type
                    : string.Create(CultureInfo.InvariantCulture, $"{type.Type} ({type.Values:N0} values)"))),
                new JsonObject(types.Select(type => KeyValuePair.Create(type.Type, (JsonNode?)type.Values))));
        }

        if (shape is { TiedEmbeddings: true } && weights.Tensors.ContainsKey("lm_head.weight"))
        {
            yield return new Fact("remark", "lm_head.weight is stored though the head is tied; it is not read");
        }
    }

    private static IEnumerable<Fact> TokenizerFacts(TokenizerDiagnosis found, TransformerConfig? config)
    {
        yield return new Fact("tokenizer", found.Kind);
        if (found.Tokenizer is { } known)
        {
            yield return Fact.Of("token ids", $"{known.VocabularySize:N0}", known.VocabularySize);
            int? begin = known.BosTokenId ?? config?.BosTokenId;
            yield return new Fact("begin token", begin is int id ? Named(id, known) : "none", begin);
            int[] ends = config is null ? [] : [.. Models.EndTokens(config, known)];
            yield return new Fact(
                "end tokens",
                ends.Length == 0 ? "none: every completion runs to its limit" : string.Join(", ", ends.Select(end => Named(end, known))),
                new JsonArray([.. ends.Select(end => (JsonNode)end)]));
        }

        yield return new Fact("chat template", found.ChatTemplate ?? "none");
    }

    private static string Named(int id, Tokenizer tokenizer) =>
        string.Create(CultureInfo.InvariantCulture, $"{id} {TerminalText.Clean(tokenizer.TokenOf(id) ?? "(no token)")}");

    /// <summary>The report as JSON.</summary>
    public JsonObject Json(string folder, long available) => new()
    {
        ["folder"] = folder,
        ["kind"] = Kind,
        ["loads"] = Problems.Count == 0,
        ["facts"] = Fact.Json(Facts),
        ["available_bytes"] = available,
        ["memory"] = new JsonArray([.. Memory.Select(job => (JsonNode)new JsonObject
        {
            ["job"] = job.Job, ["bytes"] = job.Bytes, ["fits"] = job.Bytes <= available,
        })]),
        ["problems"] = new JsonArray([.. Problems.Select(problem => (JsonNode)new JsonObject
        {
            ["file"] = problem.File, ["key"] = problem.Key, ["message"] = problem.Message,
        })]),
    };
}
