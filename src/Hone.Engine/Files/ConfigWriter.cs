using System.Text.Json;
using Hone.Engine.Model;

namespace Hone.Engine.Files;

/// <summary>Writes what <see cref="HuggingFaceConfig.Read"/> reads, with the keys that transformers expects.</summary>
internal static class ConfigWriter
{
    // transformers 4 and 5 both read the keys of this version.
    private const string TransformersVersion = "4.51.0";

    internal static void Write(string folder, TransformerConfig config, TensorDataType dataType)
    {
        CheckExpressible(config);
        string typeName = NameOf(dataType);
        Directory.CreateDirectory(folder);
        WriteObject(Path.Combine(folder, HuggingFaceConfig.FileName), json => WriteNetwork(json, config, typeName));
        WriteObject(Path.Combine(folder, HuggingFaceConfig.GenerationFileName), json =>
        {
            // The mark of a file that has no settings of its own.
            json.WriteBoolean("_from_model_config", config.GenerationDefaults.Count == 0);
            WriteIds(json, config, writeNull: false);
            foreach ((string key, string value) in config.GenerationDefaults)
            {
                json.WritePropertyName(key);
                json.WriteRawValue(value);
            }

            json.WriteString("transformers_version", TransformersVersion);
        });
    }

    /// <summary>PyTorch's name of a type that weights can have.</summary>
    internal static string NameOf(TensorDataType dataType) => dataType switch
    {
        TensorDataType.F32 => "float32",
        TensorDataType.F16 => "float16",
        TensorDataType.BF16 => "bfloat16",
        _ => throw new ArgumentException($"Weights cannot be written as {dataType}.", nameof(dataType)),
    };

    private static void WriteObject(string path, Action<Utf8JsonWriter> writeMembers)
    {
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
        });
    }

    private static void WriteNetwork(Utf8JsonWriter json, TransformerConfig config, string typeName)
    {
        // Llama's class knows no window; Mistral's is the same network with one in every layer.
        bool mistral = config.Architecture == Architecture.Llama && config.Windows.Any(window => window > 0);
        bool llama = config.Architecture == Architecture.Llama && !mistral;
        string name = mistral ? "Mistral" : config.Architecture.ToString();
        json.WriteStartArray("architectures");
        json.WriteStringValue($"{name}ForCausalLM");
        json.WriteEndArray();
        json.WriteString("model_type", name.ToLowerInvariant());
        if (llama || config.Architecture == Architecture.Qwen3)
        {
            json.WriteBoolean("attention_bias", config.QueryKeyValueBias);
        }
        json.WriteNumber("attention_dropout", 0.0);
        WriteIds(json, config, writeNull: true);
        json.WriteNumber("head_dim", config.HeadSize);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", config.HiddenSize);
        json.WriteNumber("initializer_range", 0.02);
        json.WriteNumber("intermediate_size", config.IntermediateSize);
        json.WriteNumber("max_position_embeddings", config.MaxPositions);
        if (llama)
        {
            json.WriteBoolean("mlp_bias", config.FeedForwardBias);
        }
        json.WriteNumber("num_attention_heads", config.Heads);
        json.WriteNumber("num_hidden_layers", config.Layers);
        json.WriteNumber("num_key_value_heads", config.KeyValueHeads);
        json.WriteNumber("rms_norm_eps", config.NormEpsilon);
        RopeSettings.Write(json, config);
        json.WriteBoolean("tie_word_embeddings", config.TiedEmbeddings);
        json.WriteString("torch_dtype", typeName);
        json.WriteString("transformers_version", TransformersVersion);
        json.WriteBoolean("use_cache", true);
        WindowSettings.Write(json, config);
        json.WriteNumber("vocab_size", config.VocabularySize);
    }

    private static void WriteIds(Utf8JsonWriter json, TransformerConfig config, bool writeNull)
    {
        WriteId("bos_token_id", config.BosTokenId);
        if (config.EosTokenIds.Count > 1)
        {
            json.WriteStartArray("eos_token_id");
            foreach (int id in config.EosTokenIds)
            {
                json.WriteNumberValue(id);
            }
            json.WriteEndArray();
        }
        else
        {
            WriteId("eos_token_id", config.EosTokenIds.Count == 1 ? config.EosTokenIds[0] : null);
        }
        WriteId("pad_token_id", config.PadTokenId);

        void WriteId(string key, int? id)
        {
            if (id is int value)
            {
                json.WriteNumber(key, value);
            }
            else if (writeNull)
            {
                // Left out, Llama's defaults (1 and 2) would come back.
                json.WriteNull(key);
            }
        }
    }

    /// <summary>
    /// The keys of each architecture can say only some combinations; a folder that lies is worse than none.
    /// </summary>
    private static void CheckExpressible(TransformerConfig config)
    {
        bool fits = config.Architecture switch
        {
            Architecture.Llama => config.OutputBias == config.QueryKeyValueBias && !config.QueryKeyNorm,
            Architecture.Qwen2 => config.QueryKeyValueBias && !config.OutputBias && !config.FeedForwardBias
                && !config.QueryKeyNorm,
            Architecture.Qwen3 => config.OutputBias == config.QueryKeyValueBias && !config.FeedForwardBias
                && config.QueryKeyNorm,
            _ => false,
        };
        if (!fits)
        {
            throw new ArgumentException(
                $"config.json of {config.Architecture} cannot say this combination of biases and norms.",
                nameof(config));
        }
        if (!WindowSettings.CanWrite(config))
        {
            throw new ArgumentException(
                $"config.json of {config.Architecture} cannot say the windows {string.Join(", ", config.Windows)}.",
                nameof(config));
        }
        if (config.MaxPositions != RopeSettings.MostPositions(config.RotaryScaling, config.MaxPositions))
        {
            throw new ArgumentException(
                $"A model with this scaling reads {RopeSettings.MostPositions(config.RotaryScaling, config.MaxPositions)} "
                + $"tokens, not {config.MaxPositions}.",
                nameof(config));
        }
    }
}
