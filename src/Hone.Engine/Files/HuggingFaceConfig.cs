using Hone.Engine.Model;

namespace Hone.Engine.Files;

/// <summary>Reads and writes `config.json` and `generation_config.json` of a Hugging Face model folder.</summary>
public static class HuggingFaceConfig
{
    /// <summary>Name of the file that describes the network.</summary>
    public const string FileName = "config.json";

    /// <summary>Name of the file with the defaults for sampling; token ids are used, the rest is kept for writing.</summary>
    public const string GenerationFileName = "generation_config.json";

    private const string Supported = "LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM or Qwen3ForCausalLM";

    // What a written generation_config.json has of its own, and so is not kept from the one that was read.
    private static readonly string[] WrittenAnew =
        ["bos_token_id", "eos_token_id", "pad_token_id", "_from_model_config", "transformers_version"];

    // Far above any published model, and low enough that sizes computed from them stay in range.
    private const int MostIds = 1 << 24;
    private const int WidestLayer = 1 << 20;
    private const int MostLayers = 1 << 12;

    /// <summary>Most tokens that a file may claim for a sequence.</summary>
    internal const int MostPositions = 1 << 30;

    /// <summary>Reads the shape of the model in a folder.</summary>
    /// <param name="folder">A model folder with `config.json`, and perhaps `generation_config.json`.</param>
    /// <returns>The shape; its end ids are those of both files, `config.json` first.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder has no `config.json`.</exception>
    /// <exception cref="InvalidDataException">A value is missing, wrong, or beyond what the engine can do.</exception>
    /// <example>
    /// <code>
    /// TransformerConfig config = HuggingFaceConfig.Read("models/Qwen2.5-0.5B");
    /// </code>
    /// </example>
    public static TransformerConfig Read(string folder)
    {
        ModelFolder.MustExist(folder);
        string path = Path.Combine(folder, FileName);
        byte[] json = JsonFile.ReadBytes(path, "give a model folder in the Hugging Face layout");
        TransformerConfig config = JsonFile.Parse(path, json, ReadNetwork);

        string generationPath = Path.Combine(folder, GenerationFileName);
        if (!File.Exists(generationPath))
        {
            return config;
        }
        byte[] generation = JsonFile.ReadBytes(generationPath, "give a model folder in the Hugging Face layout");
        return JsonFile.Parse(generationPath, generation, root => AddGeneration(config, root));
    }

    /// <summary>Writes both files so that `transformers` loads the folder; existing ones are replaced.</summary>
    /// <param name="folder">The folder; made when it is not there.</param>
    /// <param name="config">What to describe.</param>
    /// <param name="dataType">Type of the weights beside it.</param>
    /// <exception cref="ArgumentException">The architecture has no way to say what the configuration asks.</exception>
    public static void Write(string folder, TransformerConfig config, TensorDataType dataType = TensorDataType.F32)
    {
        ConfigWriter.Write(folder, config, dataType);
    }

    private static TransformerConfig ReadNetwork(JsonField root)
    {
        Architecture architecture = ReadArchitecture(root, out bool mistral);
        RefuseUnsupported(root);

        int hidden = root.Get("hidden_size").Integer(1, WidestLayer);
        int heads = root.Get("num_attention_heads").Integer(1, WidestLayer);
        int keyValueHeads = root.Find("num_key_value_heads")?.Integer(1, heads) ?? heads;
        if (heads % keyValueHeads != 0)
        {
            throw root.Get("num_key_value_heads").Wrong($"a divisor of num_attention_heads, which is {heads}");
        }
        int vocabulary = root.Get("vocab_size").Integer(1, MostIds);
        int layers = root.Get("num_hidden_layers").Integer(1, MostLayers);
        RopeSettings rope = RopeSettings.Read(root, root.Get("max_position_embeddings").Integer(1, MostPositions));
        bool attentionBias = !mistral && (root.Find("attention_bias")?.Flag() ?? false);
        return new TransformerConfig
        {
            Architecture = architecture,
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = root.Get("intermediate_size").Integer(1, WidestLayer),
            Layers = layers,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = ReadHeadSize(root, architecture, hidden, heads),
            MaxPositions = rope.MaxPositions,
            NormEpsilon = ReadEpsilon(root),
            RopeTheta = rope.Theta,
            RotaryScaling = rope.Scaling,
            Windows = WindowSettings.Read(root, architecture, mistral, layers, rope.MaxPositions),
            TiedEmbeddings = root.Find("tie_word_embeddings")?.Flag() ?? false,
            QueryKeyValueBias = architecture == Architecture.Qwen2 || attentionBias,
            OutputBias = architecture != Architecture.Qwen2 && attentionBias,
            FeedForwardBias = architecture == Architecture.Llama && !mistral
                && (root.Find("mlp_bias")?.Flag() ?? false),
            QueryKeyNorm = architecture == Architecture.Qwen3,
            BosTokenId = ReadId(root, "bos_token_id", vocabulary),
            EosTokenIds = ReadEnds(root, vocabulary),
            PadTokenId = ReadId(root, "pad_token_id", int.MaxValue),
        };
    }

    private static Architecture ReadArchitecture(JsonField root, out bool mistral)
    {
        string name;
        JsonField field;
        if (root.Find("architectures") is { } list && list.Count > 0)
        {
            field = list.Items().First();
            name = field.Text();
        }
        else
        {
            field = root.Find("model_type")
                ?? throw root.Error(
                    "has neither 'architectures' nor 'model_type'", Supported, "give a model's config.json");
            name = field.Text() switch
            {
                "llama" => "LlamaForCausalLM",
                "mistral" => "MistralForCausalLM",
                "qwen2" => "Qwen2ForCausalLM",
                "qwen3" => "Qwen3ForCausalLM",
                _ => "",
            };
        }
        mistral = name == "MistralForCausalLM";
        return name switch
        {
            "LlamaForCausalLM" or "MistralForCausalLM" => Architecture.Llama,
            "Qwen2ForCausalLM" => Architecture.Qwen2,
            "Qwen3ForCausalLM" => Architecture.Qwen3,
            _ => throw field.Wrong(Supported),
        };
    }

    /// <summary>What would change the network's output and is not implemented must stop the load.</summary>
    private static void RefuseUnsupported(JsonField root)
    {
        if (root.Find("hidden_act") is { } activation && activation.Text() != "silu")
        {
            throw activation.Wrong("'silu'");
        }
        if (root.Find("quantization_config") is { } quantised)
        {
            throw quantised.Error("is set", "unquantised weights", "use the F32, F16 or BF16 weights of the model");
        }
    }

    private static int ReadHeadSize(JsonField root, Architecture architecture, int hidden, int heads)
    {
        int size;
        if (root.Find("head_dim") is { } field)
        {
            size = field.Integer(1, WidestLayer / heads);
        }
        else if (architecture == Architecture.Qwen3 && !root.Has("head_dim"))
        {
            // The published default of this architecture alone; the others divide the width by the heads.
            size = 128;
        }
        else if (hidden % heads != 0)
        {
            throw root.Get("hidden_size").Wrong($"a multiple of num_attention_heads, which is {heads}, or a head_dim");
        }
        else
        {
            size = hidden / heads;
        }
        return size % 2 == 0
            ? size
            : throw root.Error($"gives heads of width {size}", "an even width, because rotary embedding turns pairs");
    }

    private static float ReadEpsilon(JsonField root)
    {
        if (root.Find("rms_norm_eps") is not { } field)
        {
            return 1e-6f;
        }
        float epsilon = (float)field.Number();
        return epsilon is > 0 and < 1 ? epsilon : throw field.Wrong("a number between 0 and 1");
    }

    private static TransformerConfig AddGeneration(TransformerConfig config, JsonField root)
    {
        int vocabulary = config.VocabularySize;
        var defaults = root.Members().Where(member => !WrittenAnew.Contains(member.Key))
            .ToDictionary(member => member.Key, member => member.Value.Json());
        return config with
        {
            BosTokenId = config.BosTokenId ?? ReadId(root, "bos_token_id", vocabulary),
            EosTokenIds = [.. config.EosTokenIds.Union(ReadEnds(root, vocabulary))],
            PadTokenId = config.PadTokenId ?? ReadId(root, "pad_token_id", int.MaxValue),
            GenerationDefaults = defaults.Count > 0 ? defaults : config.GenerationDefaults,
        };
    }

    /// <summary>A token id; some files write -1 for none.</summary>
    private static int? ReadId(JsonField root, string key, int vocabulary)
    {
        return root.Find(key)?.Integer(-1, vocabulary - 1) is int id and >= 0 ? id : null;
    }

    private static int[] ReadEnds(JsonField root, int vocabulary)
    {
        return root.Find("eos_token_id") is not { } field ? []
            : field.IsArray ? [.. field.Items().Select(item => item.Integer(0, vocabulary - 1)).Distinct()]
            : ReadId(root, "eos_token_id", vocabulary) is int id ? [id]
            : [];
    }
}
