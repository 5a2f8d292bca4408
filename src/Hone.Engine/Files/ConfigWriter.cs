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
            json.WriteBoolean("_from_model_config", true);
            WriteIds(json, config, writeNull: false);
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
        bool llama = config.Architecture == Architecture.Llama;
        json.WriteStartArray("architectures");
        json.WriteStringValue($"{config.Architecture}ForCausalLM");
        json.WriteEndArray();
        json.WriteString("model_type", llama ? "llama" : config.Architecture == Architecture.Qwen2 ? "qwen2" : "qwen3");
        if (config.Architecture != Architecture.Qwen2)
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
        json.WriteNull("rope_scaling");
        json.WriteNumber("rope_theta", config.RopeTheta);
        json.WriteBoolean("tie_word_embeddings", config.TiedEmbeddings);
        json.WriteString("torch_dtype", typeName);
        json.WriteString("transformers_version", TransformersVersion);
        json.WriteBoolean("use_cache", true);
        if (!llama)
        {
            json.WriteBoolean("use_sliding_window", false);
        }
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
    }
}
