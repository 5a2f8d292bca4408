using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Model;

namespace Hone.Engine.Tests.Files;

public sealed class HuggingFaceConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_llama_config_reads_with_the_old_keys()
    {
        TransformerConfig config = Read("""
            "architectures":["LlamaForCausalLM"],"head_dim":null,"num_key_value_heads":2,"attention_bias":true,
            "mlp_bias":true,"rms_norm_eps":1e-05,"rope_theta":500000.0,"rope_scaling":null,"tie_word_embeddings":true,
            "bos_token_id":1,"eos_token_id":[2,5],"pad_token_id":-1,"torch_dtype":"bfloat16"
            """);
        Assert.Equal(Architecture.Llama, config.Architecture);
        Assert.Equal((100, 64, 128, 3, 8), (config.VocabularySize, config.HiddenSize, config.IntermediateSize, config.Layers, config.Heads));
        Assert.Equal((2, 8, 512), (config.KeyValueHeads, config.HeadSize, config.MaxPositions));
        Assert.Equal((1e-5f, 500000.0, true), (config.NormEpsilon, config.RopeTheta, config.TiedEmbeddings));
        Assert.Equal((true, true, true, false), (config.QueryKeyValueBias, config.OutputBias, config.FeedForwardBias, config.QueryKeyNorm));
        Assert.Equal((1, (int?)null), (config.BosTokenId, config.PadTokenId));
        Assert.Equal([2, 5], config.EosTokenIds);
    }

    [Fact]
    public void Missing_keys_take_the_published_defaults()
    {
        TransformerConfig config = Read("\"model_type\":\"llama\"");
        Assert.Equal((8, 8, 1e-6f, 10000.0), (config.KeyValueHeads, config.HeadSize, config.NormEpsilon, config.RopeTheta));
        Assert.False(config.QueryKeyValueBias || config.OutputBias || config.FeedForwardBias || config.TiedEmbeddings);
        Assert.Empty(config.EosTokenIds);
        Assert.Null(config.BosTokenId);
    }

    [Fact]
    public void Qwen2_always_has_biases_on_queries_keys_and_values()
    {
        TransformerConfig config = Read("""
            "architectures":["Qwen2ForCausalLM"],"use_sliding_window":false,"sliding_window":4096,"max_window_layers":1,
            "layer_types":["full_attention","full_attention","full_attention"],"rope_theta":1000000
            """);
        Assert.Equal((Architecture.Qwen2, 1e6), (config.Architecture, config.RopeTheta));
        Assert.Equal((true, false, false, false), (config.QueryKeyValueBias, config.OutputBias, config.FeedForwardBias, config.QueryKeyNorm));
    }

    [Fact]
    public void Qwen3_has_norms_and_a_head_width_of_its_own_and_new_keys_read()
    {
        TransformerConfig config = Read("""
            "architectures":["Qwen3ForCausalLM"],"head_dim":32,"dtype":"bfloat16",
            "rope_parameters":{"rope_theta":5000000,"rope_type":"default"}
            """);
        Assert.Equal((Architecture.Qwen3, 32, 256, 5e6), (config.Architecture, config.HeadSize, config.QuerySize, config.RopeTheta));
        Assert.Equal((true, false), (config.QueryKeyNorm, config.QueryKeyValueBias));
        Assert.Equal(128, Read("\"model_type\":\"qwen3\"").HeadSize);
    }

    [Fact]
    public void Mistral_reads_as_llama_when_no_window_is_in_use()
    {
        const string Name = "\"architectures\":[\"MistralForCausalLM\"],";
        Assert.Equal(Architecture.Llama, Read(Name + "\"sliding_window\":null").Architecture);
        Assert.Equal(Architecture.Llama, Read(Name + "\"sliding_window\":512").Architecture);
    }

    [Fact]
    public void Generation_config_adds_to_the_ids()
    {
        WriteConfig("\"model_type\":\"llama\",\"eos_token_id\":2");
        _folder.Write("generation_config.json", "{\"eos_token_id\":[7,2,9],\"bos_token_id\":1,\"pad_token_id\":0,\"temperature\":0.7}");
        TransformerConfig config = HuggingFaceConfig.Read(_folder.FullPath);
        Assert.Equal([2, 7, 9], config.EosTokenIds);
        Assert.Equal((1, 0), (config.BosTokenId, config.PadTokenId));
        _folder.Write("generation_config.json", "{\"eos_token_id\":100}");
        OneLine.Throws<InvalidDataException>(() => HuggingFaceConfig.Read(_folder.FullPath), "generation_config.json", "100");
    }

    [Theory]
    [InlineData("\"architectures\":[\"GPT2LMHeadModel\"]", "'GPT2LMHeadModel'", "Qwen3ForCausalLM")]
    [InlineData("\"model_type\":\"gemma\"", "'gemma'", "LlamaForCausalLM")]
    [InlineData("\"x\":1", "model_type", "Qwen2ForCausalLM")]
    [InlineData("\"architectures\":[3]", "architectures[0]", "a string")]
    [InlineData("\"vocab_size\":0", "vocab_size is 0", "from 1")]
    [InlineData("\"vocab_size\":-5", "vocab_size is -5", "from 1")]
    [InlineData("\"vocab_size\":99999999999999999999", "vocab_size is 99999999999999999999", "whole number")]
    [InlineData("\"hidden_size\":\"64\"", "hidden_size is '64'", "whole number")]
    [InlineData("\"hidden_size\":64.5", "hidden_size is 64.5", "whole number")]
    [InlineData("\"hidden_size\":65", "hidden_size is 65", "num_attention_heads, which is 8")]
    [InlineData("\"hidden_size\":null", "hidden_size", "to be there")]
    [InlineData("\"intermediate_size\":0", "intermediate_size is 0", "from 1")]
    [InlineData("\"num_hidden_layers\":2000000000", "num_hidden_layers is 2000000000", "to 4096")]
    [InlineData("\"num_attention_heads\":0", "num_attention_heads is 0", "from 1")]
    [InlineData("\"num_key_value_heads\":3", "num_key_value_heads is 3", "divisor")]
    [InlineData("\"num_key_value_heads\":16", "num_key_value_heads is 16", "to 8")]
    [InlineData("\"head_dim\":7", "width 7", "even")]
    [InlineData("\"head_dim\":1000000000", "head_dim is 1000000000", "whole number")]
    [InlineData("\"hidden_size\":24", "width 3", "even")]
    [InlineData("\"max_position_embeddings\":0", "max_position_embeddings is 0", "from 1")]
    [InlineData("\"rms_norm_eps\":0", "rms_norm_eps is 0", "between 0 and 1")]
    [InlineData("\"rms_norm_eps\":1e999", "rms_norm_eps is 1e999", "finite")]
    [InlineData("\"rope_theta\":-1", "rope_theta is -1", "above 0")]
    [InlineData("\"hidden_act\":\"gelu\"", "hidden_act is 'gelu'", "silu")]
    [InlineData("\"partial_rotary_factor\":0.5", "partial_rotary_factor is 0.5", "1")]
    [InlineData("\"quantization_config\":{\"bits\":4}", "quantization_config", "unquantised")]
    [InlineData("\"tie_word_embeddings\":1", "tie_word_embeddings is 1", "true or false")]
    [InlineData("\"eos_token_id\":100", "eos_token_id is 100", "to 99")]
    [InlineData("\"eos_token_id\":[2,-1]", "eos_token_id[1] is -1", "from 0")]
    [InlineData("\"eos_token_id\":\"</s>\"", "eos_token_id is '</s>'", "whole number")]
    [InlineData("\"bos_token_id\":100", "bos_token_id is 100", "to 99")]
    public void A_value_that_cannot_be_is_named(string members, string what, string expected)
    {
        string architecture = members.Contains("\"x\"", StringComparison.Ordinal)
            || members.Contains("architectures", StringComparison.Ordinal)
            || members.Contains("model_type", StringComparison.Ordinal) ? members : "\"model_type\":\"llama\"," + members;
        Refused(architecture, what, expected);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "an object")]
    [InlineData("{\"vocab_size\":1,\"vocab_size\":2}", "vocab_size")]
    [InlineData("{\"model_type\":\"\\ud800\"}", "surrogate")]
    [InlineData("{\"model_type\":\"a\\nb\"}", "a\\u000ab")]
    public void A_file_that_is_no_config_is_refused(string json, string part)
    {
        _folder.Write("config.json", json);
        OneLine.Throws<InvalidDataException>(() => HuggingFaceConfig.Read(_folder.FullPath), "config.json", part);
    }

    [Fact]
    public void A_missing_file_or_folder_is_named()
    {
        OneLine.Throws<FileNotFoundException>(() => HuggingFaceConfig.Read(_folder.FullPath), "config.json");
        OneLine.Throws<DirectoryNotFoundException>(() => HuggingFaceConfig.Read(_folder.PathOf("no")), "no such folder");
    }

    [Theory]
    [InlineData(Architecture.Llama, false)]
    [InlineData(Architecture.Llama, true)]
    [InlineData(Architecture.Qwen2, false)]
    [InlineData(Architecture.Qwen3, true)]
    public void What_is_written_reads_back(Architecture architecture, bool variant)
    {
        var config = new TransformerConfig
        {
            Architecture = architecture,
            VocabularySize = 100,
            HiddenSize = 64,
            IntermediateSize = 128,
            Layers = 3,
            Heads = 8,
            KeyValueHeads = 4,
            HeadSize = architecture == Architecture.Qwen3 ? 32 : 8,
            MaxPositions = 512,
            NormEpsilon = 1e-5f,
            RopeTheta = 1000042.0,
            TiedEmbeddings = variant,
            QueryKeyValueBias = architecture == Architecture.Qwen2 || variant,
            OutputBias = architecture != Architecture.Qwen2 && variant,
            FeedForwardBias = architecture == Architecture.Llama && variant,
            QueryKeyNorm = architecture == Architecture.Qwen3,
            BosTokenId = variant ? 1 : null,
            EosTokenIds = variant ? [2, 9] : [2],
            PadTokenId = variant ? null : 0,
        };
        string folder = _folder.PathOf("made");
        HuggingFaceConfig.Write(folder, config, TensorDataType.BF16);
        TransformerConfig read = HuggingFaceConfig.Read(folder);

        Assert.Equal(config.EosTokenIds, read.EosTokenIds);
        Assert.Equal(config, read with { EosTokenIds = config.EosTokenIds });
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
        Assert.Equal($"{architecture}ForCausalLM", (string)json["architectures"]![0]!);
        Assert.Equal(architecture.ToString(), (string)json["model_type"]!, ignoreCase: true);
        Assert.Equal("bfloat16", (string)json["torch_dtype"]!);
        JsonNode generation = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "generation_config.json")))!;
        Assert.Equal(json["eos_token_id"]!.ToJsonString(), generation["eos_token_id"]!.ToJsonString());
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void A_combination_that_no_config_can_say_is_not_written()
    {
        WriteConfig("\"model_type\":\"llama\"");
        TransformerConfig config = HuggingFaceConfig.Read(_folder.FullPath) with { QueryKeyNorm = true };
        Assert.Throws<ArgumentException>(() => HuggingFaceConfig.Write(_folder.FullPath, config));
    }

    [Fact]
    public void Real_models_read()
    {
        TransformerConfig stories = HuggingFaceConfig.Read(SharedFolder.Require("models", "stories260K"));
        Assert.Equal((64, 172, 5, 8, 4, 512), (stories.HiddenSize, stories.IntermediateSize, stories.Layers, stories.Heads, stories.KeyValueHeads, stories.VocabularySize));
        string folder = SharedFolder.Require("data", "verl-arithmetic", "model");
        TransformerConfig arithmetic = HuggingFaceConfig.Read(folder);
        Assert.Equal([1], arithmetic.EosTokenIds);
        Assert.Equal(2, arithmetic.PadTokenId);
        using WeightFiles weights = WeightFiles.Open(folder);
        Assert.Equal([16L, 128L], weights.Tensors["lm_head.weight"].Shape);
        float[] head = new float[16 * 128];
        weights.Read("lm_head.weight", head);
        Assert.InRange(head.Sum(value => value * value) / head.Length, 0.0003f, 0.0005f);
    }

    private TransformerConfig Read(string members)
    {
        WriteConfig(members);
        return HuggingFaceConfig.Read(_folder.FullPath);
    }

    private void Refused(string members, params string[] parts)
    {
        WriteConfig(members);
        OneLine.Throws<InvalidDataException>(() => HuggingFaceConfig.Read(_folder.FullPath), ["config.json: ", .. parts]);
    }

    /// <summary>Writes a config of plausible values, overridden by the members given.</summary>
    private void WriteConfig(string members)
    {
        const string Plausible = """
            "vocab_size":100|"hidden_size":64|"intermediate_size":128|"num_hidden_layers":3|"num_attention_heads":8|"max_position_embeddings":512
            """;
        IEnumerable<string> kept = Plausible.Split('|')
            .Where(member => !members.Contains(member[..member.IndexOf(':', StringComparison.Ordinal)], StringComparison.Ordinal));
        _folder.Write("config.json", "{" + string.Join(",", kept.Append(members)) + "}");
    }
}
