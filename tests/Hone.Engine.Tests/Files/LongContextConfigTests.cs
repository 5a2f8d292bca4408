using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Model;

namespace Hone.Engine.Tests.Files;

/// <summary>Rotary scaling, sliding windows and sampling defaults of a model's files, read and written.</summary>
public sealed class LongContextConfigTests : IDisposable
{
    private const string Llama3 =
        "\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,\"original_max_position_embeddings\":128";

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Every_kind_of_scaling_reads_in_both_forms()
    {
        (string Members, RotaryScaling? Scaling, int MaxPositions)[] kinds =
        [
            ("\"rope_type\":\"default\"", null, 512),
            ("\"rope_type\":\"linear\",\"factor\":4", new LinearScaling(4), 512),
            ("\"rope_type\":\"dynamic\",\"factor\":2.0", new DynamicScaling(2), 512),
            (Llama3, new Llama3Scaling(8, 1, 4, 128), 512),
            ("\"rope_type\":\"yarn\",\"factor\":4.0,\"original_max_position_embeddings\":512", new YarnScaling(4, 512), 2048),
            ("\"rope_type\":\"yarn\",\"factor\":4.0,\"original_max_position_embeddings\":128", new YarnScaling(4, 128), 512),
            ("\"rope_type\":\"yarn\",\"factor\":2.5", new YarnScaling(2.5, 512), 1280),
            ("\"rope_type\":\"yarn\",\"factor\":null,\"original_max_position_embeddings\":64", new YarnScaling(8, 64), 512),
            (
                "\"rope_type\":\"yarn\",\"factor\":4,\"beta_fast\":16,\"beta_slow\":2,\"truncate\":false,\"attention_factor\":1.25",
                new YarnScaling(4, 512) { BetaFast = 16, BetaSlow = 2, Truncate = false, AttentionFactor = 1.25 }, 2048
            ),
        ];
        foreach ((string members, RotaryScaling? scaling, int positions) in kinds)
        {
            foreach (string form in (string[])
                [
                    $"\"rope_theta\":1e6,\"rope_scaling\":{{{members}}}",
                    $"\"rope_theta\":1e6,\"rope_scaling\":{{{members.Replace("rope_type", "type", StringComparison.Ordinal)}}}",
                    $"\"rope_parameters\":{{\"rope_theta\":1e6,{members}}}",
                    $"\"rope_parameters\":{{\"rope_theta\":1e6,{members}}},\"rope_theta\":1e6,\"rope_scaling\":{{{members}}}",
                ])
            {
                TransformerConfig config = Read("llama", form);
                Assert.Equal((scaling, 1e6, positions), (config.RotaryScaling, config.RopeTheta, config.MaxPositions));
            }
        }
    }

    [Fact]
    public void Growths_of_DeepSeek_files_are_one_attention_factor()
    {
        TransformerConfig config = Read(
            "llama", "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":40,\"mscale\":1.0,\"mscale_all_dim\":0.5}");
        double expected = (0.1 * Math.Log(40) + 1) / (0.05 * Math.Log(40) + 1);
        Assert.Equal(expected, Assert.IsType<YarnScaling>(config.RotaryScaling).AttentionFactor!.Value, 1e-15);
        config = Read("llama", "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":40,\"mscale\":0.7,\"mscale_all_dim\":0}");
        Assert.Null(Assert.IsType<YarnScaling>(config.RotaryScaling).AttentionFactor);
    }

    [Theory]
    [InlineData("\"rope_scaling\":{\"type\":\"su\",\"short_factor\":[1]}", "rope_scaling.type is 'su'", "'yarn'")]
    [InlineData("\"rope_scaling\":{\"rope_type\":\"longrope\"}", "rope_scaling.rope_type is 'longrope'", "'llama3'")]
    [InlineData("\"rope_scaling\":{\"factor\":2}", "rope_scaling has a 'factor' and no 'rope_type'", "'linear'")]
    [InlineData("\"rope_scaling\":{\"type\":7}", "rope_scaling.type is 7", "a string")]
    [InlineData("\"rope_scaling\":\"yarn\"", "rope_scaling is 'yarn'", "an object")]
    [InlineData("\"rope_scaling\":{\"type\":\"linear\"}", "rope_scaling has no 'factor'", "to be there")]
    [InlineData("\"rope_scaling\":{\"type\":\"linear\",\"factor\":0.5}", "rope_scaling.factor is 0.5", "1 or more")]
    [InlineData("\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":1e999}", "rope_scaling.factor is 1e999", "finite")]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"llama3\",\"factor\":8}", "rope_parameters has no 'low_freq_factor'", "to be there")]
    [InlineData(
        "\"rope_scaling\":{\"type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4}",
        "rope_scaling.high_freq_factor is 4", "above low_freq_factor, which is 4")]
    [InlineData(
        "\"rope_scaling\":{\"type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,\"original_max_position_embeddings\":0}",
        "rope_scaling.original_max_position_embeddings is 0", "from 1")]
    [InlineData("\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,\"beta_fast\":1}", "rope_scaling.beta_fast is 1", "above beta_slow, which is 1")]
    [InlineData("\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,\"beta_slow\":40}", "rope_scaling.beta_slow is 40", "below beta_fast, which is 32")]
    [InlineData("\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,\"beta_slow\":0}", "rope_scaling.beta_slow is 0", "above 0")]
    [InlineData("\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,\"attention_factor\":0}", "rope_scaling.attention_factor is 0", "above 0")]
    [InlineData("\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,\"truncate\":1}", "rope_scaling.truncate is 1", "true or false")]
    [InlineData("\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,\"mscale\":-90,\"mscale_all_dim\":1}", "rope_scaling.mscale is -90", "above 0")]
    [InlineData("\"rope_theta\":1,\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4}", "rope_theta 1 and yarn", "above 1")]
    [InlineData("\"rope_scaling\":{\"type\":\"linear\",\"factor\":2,\"partial_rotary_factor\":0.5}", "rope_scaling.partial_rotary_factor is 0.5", "1")]
    [InlineData("\"rope_parameters\":{\"full_attention\":{\"rope_type\":\"default\"}}", "rope_parameters.full_attention", "one rotary setting")]
    [InlineData(
        "\"rope_parameters\":{\"rope_theta\":1e4},\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}",
        "rope_scaling is another scaling", "both the same")]
    [InlineData("\"sliding_window\":0,\"use_sliding_window\":true", "sliding_window is 0", "from 1")]
    [InlineData("\"use_sliding_window\":1", "use_sliding_window is 1", "true or false")]
    [InlineData("\"use_sliding_window\":true,\"max_window_layers\":-1", "max_window_layers is -1", "from 0")]
    [InlineData("\"layer_types\":[\"full_attention\"]", "layer_types has 1 entries", "each of 3 layers")]
    [InlineData(
        "\"layer_types\":[\"full_attention\",\"sliding_attention\",\"full_attention\"]", "layer_types[1] is 'sliding_attention'",
        "no sliding window in use")]
    [InlineData("\"layer_types\":[\"chunked_attention\"]", "layer_types[0] is 'chunked_attention'", "'sliding_attention'")]
    public void A_value_that_cannot_be_is_named(string members, string what, string expected)
    {
        Refused("qwen2", members, what, expected);
    }

    [Fact]
    public void Windows_are_those_of_each_architecture()
    {
        const string Window = "\"sliding_window\":100,", Layers = "\"max_window_layers\":1,";
        Assert.Empty(Read("qwen2", Window + Layers + "\"use_sliding_window\":false").Windows);
        Assert.Empty(Read("qwen3", Window + Layers + "\"bos_token_id\":1").Windows);
        Assert.Equal([0, 100, 100], Read("qwen3", Window + Layers + "\"use_sliding_window\":true").Windows);
        Assert.Equal([100, 100, 100], Read("qwen2", Window + "\"max_window_layers\":0,\"use_sliding_window\":true").Windows);
        Assert.Empty(Read("qwen2", Window + "\"use_sliding_window\":true").Windows); // the windows would begin at layer 28
        Assert.Empty(Read("qwen2", "\"sliding_window\":null,\"max_window_layers\":0,\"use_sliding_window\":true").Windows);
        const string Kinds = "\"layer_types\":[\"sliding_attention\",\"full_attention\",\"sliding_attention\"],";
        Assert.Equal([100, 0, 100], Read("qwen3", Kinds + Window + Layers + "\"use_sliding_window\":true").Windows);
        Assert.Equal([100, 100, 100], Read("mistral", Window + "\"bos_token_id\":1").Windows);
        Assert.Equal(0, Read("mistral", "\"sliding_window\":null").WindowOf(2));
        Assert.Equal(511, Read("mistral", "\"sliding_window\":511").WindowOf(2));
        Assert.Empty(Read("mistral", "\"sliding_window\":512").Windows); // no sequence outgrows it
        Assert.Empty(Read("llama", Window + "\"use_sliding_window\":false").Windows);
    }

    [Fact]
    public void Windows_that_the_published_code_has_not_are_refused()
    {
        Refused("llama", "\"use_sliding_window\":true", "use_sliding_window is true", "no sliding window");
        Refused(
            "mistral", "\"sliding_window\":100,\"layer_types\":[\"sliding_attention\",\"full_attention\",\"sliding_attention\"]",
            "layer_types[1] is 'full_attention'", "every layer");
    }

    [Theory]
    [InlineData("llama", "\"rope_scaling\":{" + Llama3 + "}", "LlamaForCausalLM")]
    [InlineData("llama", "\"rope_scaling\":{\"type\":\"linear\",\"factor\":2.5}", "LlamaForCausalLM")]
    [InlineData("llama", "\"rope_parameters\":{\"rope_theta\":5e5,\"rope_type\":\"dynamic\",\"factor\":2.5}", "LlamaForCausalLM")]
    [InlineData("qwen2", "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4.0,\"original_max_position_embeddings\":512}", "Qwen2ForCausalLM")]
    [InlineData(
        "qwen3", "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":40,\"mscale\":1.0,\"mscale_all_dim\":0.3,\"beta_fast\":8,\"truncate\":false}",
        "Qwen3ForCausalLM")]
    [InlineData("mistral", "\"sliding_window\":100", "MistralForCausalLM")]
    [InlineData("mistral", "\"sliding_window\":null", "LlamaForCausalLM")]
    [InlineData("qwen2", "\"sliding_window\":100,\"max_window_layers\":1,\"use_sliding_window\":true", "Qwen2ForCausalLM")]
    [InlineData(
        "qwen3", "\"sliding_window\":100,\"use_sliding_window\":true,\"layer_types\":[\"sliding_attention\",\"full_attention\",\"sliding_attention\"]",
        "Qwen3ForCausalLM")]
    public void What_is_read_is_written_and_reads_back(string type, string members, string architecture)
    {
        TransformerConfig config = Read(type, members);
        string folder = _folder.PathOf("made");
        HuggingFaceConfig.Write(folder, config);
        TransformerConfig read = HuggingFaceConfig.Read(folder);
        Assert.Equal(config.Windows, read.Windows);
        Assert.Equal(config, read with { Windows = config.Windows, EosTokenIds = config.EosTokenIds });
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
        Assert.Equal(architecture, (string)json["architectures"]![0]!);
        Assert.Equal(architecture, (string)json["model_type"]! + "ForCausalLM", ignoreCase: true);
        Assert.Equal(config.MaxPositions, (int)json["max_position_embeddings"]!);
    }

    // transformers before 4.53 reads no layer_types: where windows begin at a layer and stay, both keys say so.
    [Fact]
    public void Old_and_new_keys_of_windows_agree()
    {
        JsonNode json = Written(Read("qwen2", "\"sliding_window\":100,\"max_window_layers\":2,\"use_sliding_window\":true"));
        Assert.Equal((2, 100, true), ((int)json["max_window_layers"]!, (int)json["sliding_window"]!, (bool)json["use_sliding_window"]!));
        Assert.Equal(["full_attention", "full_attention", "sliding_attention"], json["layer_types"]!.AsArray().Select(kind => (string)kind!));
    }

    [Fact]
    public void What_the_keys_cannot_say_is_not_written()
    {
        TransformerConfig llama = Read("llama", "\"bos_token_id\":1"), qwen = Read("qwen2", "\"bos_token_id\":1");
        TransformerConfig[] wrong =
        [
            llama with { Windows = [9, 0, 9] },
            llama with { Windows = [9, 9, 9], FeedForwardBias = true },
            qwen with { Windows = [9, 8, 9] },
            qwen with { Windows = [9] },
            qwen with { RotaryScaling = new YarnScaling(2, 512) },
        ];
        Assert.All(wrong, config => Assert.Throws<ArgumentException>(() => HuggingFaceConfig.Write(_folder.PathOf("no"), config)));
        Assert.False(Directory.Exists(_folder.PathOf("no")));
    }

    [Fact]
    public void Sampling_defaults_are_kept_for_what_is_written()
    {
        const string Defaults = """
            "do_sample":true,"temperature":0.7,"top_k":20,"top_p":0.8,"repetition_penalty":1.05,"suppress_tokens":[1,2],"note":{"a":"ß\n"}
            """;
        WriteConfig("qwen2", "\"eos_token_id\":2");
        _folder.Write(
            "generation_config.json", "{\"eos_token_id\":[7,2],\"bos_token_id\":1," + Defaults + ",\"transformers_version\":\"4.37.0\"}");
        TransformerConfig config = HuggingFaceConfig.Read(_folder.FullPath);
        string folder = _folder.PathOf("made");
        HuggingFaceConfig.Write(folder, config);
        var generation = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "generation_config.json")))!;
        foreach ((string key, JsonNode? value) in (JsonObject)JsonNode.Parse("{" + Defaults + "}")!)
        {
            Assert.True(JsonNode.DeepEquals(value, generation[key]), key);
        }

        Assert.Equal("[2,7]", generation["eos_token_id"]!.ToJsonString());
        Assert.False((bool)generation["_from_model_config"]!);
        Assert.Equal(config.GenerationDefaults, HuggingFaceConfig.Read(folder).GenerationDefaults);
    }

    private JsonNode Written(TransformerConfig config)
    {
        string folder = _folder.PathOf("made");
        HuggingFaceConfig.Write(folder, config);
        return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
    }

    private TransformerConfig Read(string type, string members)
    {
        WriteConfig(type, members);
        return HuggingFaceConfig.Read(_folder.FullPath);
    }

    private void Refused(string type, string members, params string[] parts)
    {
        WriteConfig(type, members);
        OneLine.Throws<InvalidDataException>(() => HuggingFaceConfig.Read(_folder.FullPath), ["config.json: ", .. parts]);
    }

    private void WriteConfig(string type, string members)
    {
        _folder.Write("config.json", $$"""
            {"model_type":"{{type}}","vocab_size":100,"hidden_size":64,"intermediate_size":128,"num_hidden_layers":3,
             "num_attention_heads":8,"head_dim":8,"max_position_embeddings":512,{{members}}}
            """);
    }
}
