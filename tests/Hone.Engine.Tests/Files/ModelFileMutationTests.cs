using System.Text;
using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Mutation;

namespace Hone.Engine.Tests.Files;

/// <summary>Damaged files of a model folder.</summary>
public sealed class ModelFileMutationTests : IDisposable
{
    private const string Config = """
        {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_act": "silu", "hidden_size": 8, "intermediate_size": 12,
         "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 4, "num_hidden_layers": 2, "vocab_size": 16,
         "max_position_embeddings": 64, "rms_norm_eps": 1e-06, "tie_word_embeddings": true, "use_sliding_window": true,
         "sliding_window": 8, "max_window_layers": 1, "layer_types": ["full_attention", "sliding_attention"], "attention_bias": false,
         "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "beta_fast": 32, "beta_slow": 1},
         "rope_theta": 10000.0, "bos_token_id": 1, "eos_token_id": [2, 3], "pad_token_id": null}
        """;

    private const string Llama3 = """
        {"model_type": "llama", "hidden_size": 8, "intermediate_size": 12, "num_attention_heads": 2, "num_hidden_layers": 1, "vocab_size": 16,
         "max_position_embeddings": 64, "rope_parameters": {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0,
         "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}, "quantization_config": null}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Weights()
    {
        string path = _folder.PathOf("a.safetensors");
        SafetensorsWriter.Write(path,
        [
            new TensorToWrite("model.norm.weight", TensorDataType.F32, [4], (_, count) => new float[count]),
            new TensorToWrite("model.embed.weight", TensorDataType.BF16, [3, 2], (_, count) => new float[count]),
            new TensorToWrite("half", TensorDataType.F16, [2, 1, 2], (_, count) => new float[count]),
        ]);
        byte[] sound = File.ReadAllBytes(path);

        // No byte of the data may be outside the file, whatever the header says.
        MutationRun.Check("safetensors", sound, bytes =>
        {
            using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("a.safetensors", bytes));
            Assert.Equal(bytes.Length, 8 + BitConverter.ToInt64(bytes) + file.Tensors.Values.Sum(tensor => tensor.End - tensor.Begin));
            foreach (TensorInfo tensor in file.Tensors.Values.Where(tensor => tensor.DataType != TensorDataType.Other))
            {
                file.Read(tensor.Name, new float[tensor.ElementCount]);
            }

            return null;
        }, words: ["\"F64\"", "\"shape\":[]", "[0,0]", "-1", "4611686018427387904"]);
    }

    [Fact]
    public void Index()
    {
        foreach (string name in (string[])["model-1.safetensors", "model-2.safetensors"])
        {
            _folder.Write(name, SafetensorsBytes.Build("{" + SafetensorsBytes.Entry(name[6..7], "F32", "[1]", "[0,4]") + "}", 4));
        }

        const string Sound = """{"metadata": {"total_size": 8}, "weight_map": {"1": "model-1.safetensors", "2": "model-2.safetensors"}}""";
        MutationRun.Check("model.safetensors.index.json", Encoding.UTF8.GetBytes(Sound), bytes =>
        {
            _folder.Write("model.safetensors.index.json", bytes);
            using WeightFiles files = WeightFiles.Open(_folder.FullPath);
            foreach (string name in files.Tensors.Keys)
            {
                Assert.Equal(_folder.FullPath, Path.GetDirectoryName(files.PathOf(name)));
            }

            return null;
        }, error => error is InvalidDataException or FileNotFoundException, words: ["../", "/etc/", "\\\\", "..", "\0"]);
    }

    [Theory]
    [InlineData("{\"a\": nu\0l}")]
    [InlineData("{\"a\": t\u001b]0;x\u0007}")]
    [InlineData("not ")]
    public void A_word_that_is_no_JSON_is_quoted_on_one_short_line(string json)
    {
        _folder.Write("config.json", string.Concat(Enumerable.Repeat(json, 10_000)));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => HuggingFaceConfig.Read(_folder.FullPath));
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Length, 1, 500);
    }

    [Fact]
    public void Names_of_tensors_and_shards_are_quoted_on_one_line()
    {
        _folder.Write("config.json", Config);
        _folder.Write("model.safetensors", SafetensorsBytes.Build("{" + SafetensorsBytes.Entry("a\\n\\u001b]0;x", "F32", "[1]", "[0,4]") + "}", 4));
        using (WeightFiles files = WeightFiles.Open(_folder.FullPath))
        {
            Assert.DoesNotContain(
                ModelFile.Disagreements(HuggingFaceConfig.Read(_folder.FullPath), _folder.FullPath, files.Tensors, files.PathOf),
                problem => problem.Message.Any(char.IsControl));
        }

        File.Move(_folder.PathOf("model.safetensors"), _folder.PathOf("b\n\u001b.safetensors"));
        _folder.Write("model.safetensors.index.json", """{"weight_map":{"c":"b\n\u001b.safetensors"}}""");
        Assert.DoesNotContain(Assert.Throws<InvalidDataException>(() => WeightFiles.Open(_folder.FullPath)).Message, char.IsControl);
    }

    [Theory]
    [InlineData("config.json", Config)]
    [InlineData("config.json (llama3)", Llama3)]
    public void Configuration(string name, string sound) => MutationRun.Check(name, Encoding.UTF8.GetBytes(sound), bytes =>
    {
        _folder.Write("config.json", bytes);
        return new ParameterLayout(HuggingFaceConfig.Read(_folder.FullPath)).Items.Count;
    }, words: ["\"mscale\":1,", "\"linear\"", "\"dynamic\"", "1e308", "\"MistralForCausalLM\"", "1048576"]);

    [Fact]
    public void Generation()
    {
        _folder.Write("config.json", Config);
        MutationRun.Check("generation_config.json", """{"bos_token_id": 1, "eos_token_id": [2, 5], "pad_token_id": 0, "temperature": 0.7, "x": {"y": [1, null]}}"""u8.ToArray(), bytes =>
        {
            _folder.Write("generation_config.json", bytes);
            return HuggingFaceConfig.Read(_folder.FullPath).EosTokenIds.Count;
        });
    }

    [Fact]
    public void Adapters()
    {
        var lora = new LoraConfig { Rank = 2, Alpha = 4, Dropout = 0.1, Targets = [LoraTarget.Query, LoraTarget.Value] };
        new PeftConfig(lora, "base").Write(_folder.FullPath);
        MutationRun.Check("adapter_config.json", File.ReadAllBytes(_folder.PathOf("adapter_config.json")), bytes =>
        {
            _folder.Write("adapter_config.json", bytes);
            return PeftConfig.Read(_folder.FullPath).Lora.Rank;
        }, words: ["\"all-linear\"", "\"pissa\"", "\"use_dora\":true,", "1e308"]);
    }
}
