using System.Text.Json;
using Hone.Engine.Model.Lora;

namespace Hone.Engine.Files;

/// <summary>`adapter_config.json` of PEFT: what adapters are, and of which model.</summary>
/// <param name="Lora">Rank, scale, dropout and targets.</param>
/// <param name="BaseModel">`base_model_name_or_path` as the file has it; empty where it has none.</param>
public sealed record PeftConfig(LoraConfig Lora, string BaseModel)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_config.json";

    private const int HighestRank = 1 << 16;

    // Read here, or of no consequence for the values of the saved tensors.
    private static readonly HashSet<string> Known =
    [
        "peft_type", "task_type", "r", "lora_alpha", "lora_dropout", "target_modules", "use_rslora", "bias",
        "base_model_name_or_path", "init_lora_weights", "inference_mode", "auto_mapping", "revision", "peft_version",
        "layers_pattern", "megatron_core", "runtime_config", "qalora_group_size",
    ];

    // Ways to start that change the base's own weights too, which the adapter's file does not hold.
    private static readonly string[] ChangesBase = ["pissa", "olora", "loftq", "corda"];

    /// <summary>Reads the file of an adapter folder.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or asks for something that plain LoRA is not.</exception>
    public static PeftConfig Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return JsonFile.Parse(path, JsonFile.ReadBytes(path, "give a folder that PEFT or Hone saved adapters in"), root => Read(path, root));
    }

    /// <summary>Writes what <see cref="Read(string)"/> and PEFT read.</summary>
    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        WriteMembers(json);
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    });

    private static PeftConfig Read(string path, JsonField root)
    {
        const string Hint = "merge the adapter with PEFT, then use the merged model";
        Expect(root, "peft_type", "LORA");
        Expect(root, "task_type", "CAUSAL_LM");
        Expect(root, "bias", "none");
        if (root.Find("init_lora_weights") is { IsString: true } start
            && ChangesBase.Any(kind => start.Text().StartsWith(kind, StringComparison.OrdinalIgnoreCase)))
        {
            throw start.Error($"is {BadFile.Quote(start.Text())}, which changes the base model too", "true", Hint);
        }

        foreach ((string key, JsonField value) in root.Members())
        {
            if (!Known.Contains(key) && !value.SaysNo)
            {
                throw BadFile.Error(
                    path, $"{BadFile.Quote(key)} is set, expected plain LoRA; this is not supported", Hint);
            }
        }

        var lora = new LoraConfig
        {
            Rank = root.Get("r").Integer(1, HighestRank),
            Alpha = root.Get("lora_alpha").Number(),
            Dropout = root.Find("lora_dropout")?.Number() ?? 0,
            RankStabilized = root.Find("use_rslora")?.Flag() ?? false,
            Targets = Targets(root.Get("target_modules")),
        };
        string? problem = lora.Problems().FirstOrDefault();
        return problem is null
            ? new PeftConfig(lora, root.Find("base_model_name_or_path")?.Text() ?? "")
            : throw BadFile.Error(path, problem, "correct the file");
    }

    private static void Expect(JsonField root, string key, string only)
    {
        if (root.Find(key) is { } field && field.Text() != only)
        {
            throw field.Error($"is {BadFile.Quote(field.Text())}", $"'{only}'", "other adapters are not supported");
        }
    }

    private static LoraTarget[] Targets(JsonField field)
    {
        string expected = $"a list of {string.Join(", ", LoraTargets.Names)}, or '{LoraTargets.AllName}'";
        if (field.IsString)
        {
            return field.Text() == LoraTargets.AllName ? [.. LoraTargets.All] : throw field.Wrong(expected);
        }

        return [.. field.Items().Select(item => LoraTargets.Find(item.Text()) ?? throw item.Wrong(expected)).Distinct().Order()];
    }

    // The keys that PEFT's loader knows since 0.5; later ones have defaults that mean no.
    private void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartObject("alpha_pattern");
        json.WriteEndObject();
        json.WriteNull("auto_mapping");
        json.WriteString("base_model_name_or_path", BaseModel);
        json.WriteString("bias", "none");
        json.WriteBoolean("fan_in_fan_out", false);
        json.WriteBoolean("inference_mode", true);
        json.WriteBoolean("init_lora_weights", true);
        json.WriteNull("layers_pattern");
        json.WriteNull("layers_to_transform");
        json.WriteNumber("lora_alpha", Lora.Alpha);
        json.WriteNumber("lora_dropout", Lora.Dropout);
        json.WriteNull("modules_to_save");
        json.WriteString("peft_type", "LORA");
        json.WriteNumber("r", Lora.Rank);
        json.WriteStartObject("rank_pattern");
        json.WriteEndObject();
        json.WriteNull("revision");
        json.WriteStartArray("target_modules");
        foreach (LoraTarget target in Lora.Targets.Order())
        {
            json.WriteStringValue(LoraTargets.NameOf(target));
        }

        json.WriteEndArray();
        json.WriteString("task_type", "CAUSAL_LM");
        json.WriteBoolean("use_dora", false);
        json.WriteBoolean("use_rslora", Lora.RankStabilized);
    }
}
