namespace Hone.Cli.Tests.BadInput;

/// <summary>Damaged model folders: exit code 3 before anything is allocated or written.</summary>
public sealed class ModelFolderTests
{
    private const string Norm = "\"model.norm.weight\":{\"dtype\":\"F32\",\"shape\":[128],\"data_offsets\":";
    private const string Other = "\"model.embed_tokens.weight\":{\"dtype\":\"F32\",\"shape\":[128],\"data_offsets\":";

    public static TheoryData<string, string> Damages => new()
    {
        { "truncated", "expected begin <= end" },
        { "empty", "file of 0 bytes, expected at least the 8 bytes of a header length" },
        { "overlap", "begins at byte 256 and overlaps" },
        { "hole", "leaves a hole behind" },
        { "range", "has data_offsets [0, 4096], expected begin <= end <= 512" },
        { "length", "header of 1152921504606846976 bytes, expected at most 100000000" },
        { "json", "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void DamagedWeightsAreRefused(string damage, string part)
    {
        using var folder = new TempFolder();
        string model = folder.Model("model");
        string weights = Path.Combine(model, "model.safetensors");
        File.WriteAllBytes(weights, damage switch
        {
            "truncated" => File.ReadAllBytes(weights)[..^1000],
            "empty" => [],
            "overlap" => Safetensors.File($"{{{Norm}[0,512]}},{Other}[256,768]}}}}", 768),
            "hole" => Safetensors.File($"{{{Norm}[0,512]}},{Other}[516,1028]}}}}", 1028),
            "range" => Safetensors.File($"{{{Norm}[0,4096]}}}}", 512),
            "length" => [.. Safetensors.Length(1UL << 60), .. "{}"u8],
            _ => Safetensors.File("{not json", 16),
        });
        RefusedEverywhere(folder, model, "model.safetensors", part);
    }

    [Theory]
    [InlineData("\"hidden_size\": 128", "\"hidden_size\": 64", "tensor 'model.embed_tokens.weight' is (", "config.json says hidden_size 64")]
    [InlineData("\"vocab_size\": 259", "\"vocab_size\": 300", "expected (300, 128)", "vocab_size 300")]
    [InlineData("\"num_hidden_layers\": 5", "\"num_hidden_layers\": 6", "there is no tensor 'model.layers.5.", "which config.json asks for")]
    [InlineData("\"num_hidden_layers\": 5", "\"num_hidden_layers\": 4", "tensor 'model.layers.4.", "has no place in the model")]
    [InlineData("\"num_hidden_layers\": 5", "\"num_hidden_layers\": 4000", "there is no tensor 'model.layers.5.", "which config.json asks for")]
    [InlineData("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3", "num_key_value_heads is 3", "a divisor of num_attention_heads")]
    [InlineData("\"hidden_size\": 128", "\"hidden_size\": \"wide\"", "hidden_size is 'wide'", "expected a whole number")]
    [InlineData("Qwen2ForCausalLM", "GPT2LMHeadModel", "'GPT2LMHeadModel'", "expected LlamaForCausalLM")]
    public void AConfigurationThatDisagreesWithTheTensorsIsRefused(string from, string to, params string[] parts)
    {
        using var folder = new TempFolder();
        string model = folder.Model("model");
        string config = Path.Combine(model, "config.json");
        string text = File.ReadAllText(config);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(config, text.Replace(from, to, StringComparison.Ordinal));
        RefusedEverywhere(folder, model, parts);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("tokenizer.json")]
    public void AMissingFileOfTheModelIsNamed(string name)
    {
        using var folder = new TempFolder();
        string model = folder.Model("model");
        File.Delete(Path.Combine(model, name));
        RefusedEverywhere(folder, model, name);
    }

    private static void RefusedEverywhere(TempFolder folder, string model, params string[] parts)
    {
        string data = folder.Write("d.jsonl", """{"prompt":"1+1=","answer":"2"}""");
        string config = folder.Write("c.yaml", $"model: {model}", $"data: {data}", $"out: {folder["runs/a"]}");
        folder.Refuses(3, parts, ["generate", "--model", model, "--prompt", "1+1="]);
        folder.Refuses(3, parts, ["score", "--model", model, "--data", data, "--out", folder["s.jsonl"]]);
        folder.Refuses(3, parts, ["eval", "--model", model, "--data", data]);
        folder.Refuses(3, parts, ["train", "--config", config]);
        folder.Refuses(3, parts, ["sft", "--config", config]);
    }
}
