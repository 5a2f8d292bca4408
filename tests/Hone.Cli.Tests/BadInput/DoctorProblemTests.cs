using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.BadInput;

/// <summary>`hone doctor` on folders that cannot be loaded: every problem on a line, exit code 3.</summary>
public sealed class DoctorProblemTests
{
    [Fact]
    public void EverythingUnsupportedIsListedAtOnceWithFileAndKey()
    {
        using var folder = new TempFolder();
        string model = folder.Model("m");
        JsonObject config = JsonNode.Parse(File.ReadAllText(folder["m/config.json"]))!.AsObject();
        config["hidden_act"] = "gelu";
        config["quantization_config"] = new JsonObject { ["quant_method"] = "awq" };
        config["rope_scaling"] = new JsonObject { ["rope_type"] = "spiral", ["partial_rotary_factor"] = 0.5 };
        config["rms_norm_eps"] = 7;
        folder.WriteText("m/config.json", config.ToJsonString());
        folder.WriteText("m/generation_config.json", """{"eos_token_id":"end"}""");
        File.Delete(folder["m/tokenizer.json"]);

        (string File, string? Key, string Message)[] problems = Problems(model);
        string[] keys = ["hidden_act", "quantization_config", "rope_scaling.rope_type", "rope_scaling.partial_rotary_factor", "rms_norm_eps"];
        Assert.All(keys, key => Assert.Single(problems, problem => problem.Key == key && problem.File == folder["m/config.json"]));
        Assert.Single(problems, problem => problem.Key == "eos_token_id" && problem.File == folder["m/generation_config.json"]);
        Assert.Single(problems, problem => problem.Message.Contains("tokenizer.json: no such file", StringComparison.Ordinal));
        Assert.Equal(keys.Length + 2, problems.Length);
        Assert.All(problems, problem => Assert.Contains("Hint: ", problem.Message, StringComparison.Ordinal));

        // What the first command would say is the first on the list.
        Ran generate = HoneProcess.Run("generate", "--model", model, "--prompt", "1+1=");
        Assert.Contains(problems, problem => generate.Error == $"error: {problem.Message}\n");
    }

    [Fact]
    public void AForeignArchitectureIsNamedAndWhatElseItAsksForToo()
    {
        using var folder = new TempFolder();
        string model = folder.Model("m");
        JsonObject config = JsonNode.Parse(File.ReadAllText(folder["m/config.json"]))!.AsObject();
        (config["architectures"], config["model_type"], config["hidden_act"]) = (new JsonArray("GPT2LMHeadModel"), "gpt2", "gelu_new");
        folder.WriteText("m/config.json", config.ToJsonString());
        Assert.Equal("architectures, hidden_act", string.Join(", ", Problems(model).Select(problem => problem.Key)));
    }

    [Fact]
    public void EveryMissingOrDamagedShardIsNamed()
    {
        using var folder = new TempFolder();
        string model = LargeFolder.Write(folder, "m");
        File.Delete(folder[$"m/{LargeFolder.Name(0)}"]);
        File.Delete(folder[$"m/{LargeFolder.Name(3)}"]);
        using (FileStream shard = File.OpenWrite(folder[$"m/{LargeFolder.Name(1)}"]))
        {
            shard.SetLength(shard.Length - 2);
        }

        string[] messages = [.. Problems(model).Select(problem => problem.Message).Where(text => !text.Contains("tokenizer", StringComparison.Ordinal))];
        Assert.Equal(3, messages.Length);
        Assert.All([0, 3], shard => Assert.Single(messages, text => text.Contains($"shard '{LargeFolder.Name(shard)}' is missing", StringComparison.Ordinal)));
        Assert.Single(messages, text => text.Contains($"{LargeFolder.Name(1)}: tensor", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryTensorThatDoesNotFitIsNamed()
    {
        using var folder = new TempFolder();
        string model = folder.Model("m");
        string config = File.ReadAllText(folder["m/config.json"]);
        folder.WriteText("m/config.json", config.Replace("\"num_hidden_layers\": 5", "\"num_hidden_layers\": 4", StringComparison.Ordinal)
            .Replace("\"vocab_size\": 259", "\"vocab_size\": 300", StringComparison.Ordinal));
        (string File, string? Key, string Message)[] problems = Problems(model);
        Assert.Single(problems, problem => problem.Key == "model.embed_tokens.weight" && problem.Message.Contains("expected (300, 128)", StringComparison.Ordinal));
        Assert.Equal(12, problems.Count(problem => problem.Key!.StartsWith("model.layers.4.", StringComparison.Ordinal)));
        Assert.Equal(13, problems.Length);
        Ran table = HoneProcess.Run("doctor", "--model", model);
        Assert.All(table.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains("13 problems: it cannot be loaded", table.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "")]
    [InlineData("config.json", "[]")]
    [InlineData("config.json", "{\"hidden_size\":1,\"hidden_size\":2}")]
    [InlineData("config.json", "{\"architectures\":[\"\\ud800\"]}")]
    [InlineData("config.json", "{\"architectures\":{\"a\":1},\"layer_types\":7,\"rope_scaling\":[]}")]
    [InlineData("config.json", "{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":-1}")]
    [InlineData("config.json", "{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":1048576,\"num_attention_heads\":1,\"vocab_size\":16777216,\"intermediate_size\":1048576,\"num_hidden_layers\":4096,\"max_position_embeddings\":1073741824}")]
    [InlineData("generation_config.json", "nonsense")]
    [InlineData("generation_config.json", "{\"eos_token_id\":[1e9]}")]
    [InlineData("tokenizer.json", "{}")]
    [InlineData("tokenizer.json", "{\"model\":{\"type\":\"Unigram\"},\"pre_tokenizer\":{\"pretokenizers\":[1,{},\"x\"]}}")]
    [InlineData("tokenizer_config.json", "{\"chat_template\":[1,{\"name\":\"\\udfff\"}]}")]
    [InlineData("model.safetensors", "short")]
    [InlineData("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../../etc/passwd\",\"b\":1}}")]
    [InlineData("model.safetensors.index.json", "{\"weight_map\":[]}")]
    [InlineData("adapter_config.json", "{\"peft_type\":7,\"target_modules\":{}}")]
    public void HostileFilesGiveLinesNotCrashes(string file, string text)
    {
        using var folder = new TempFolder();
        string model = folder.Model("m");
        if (file == "model.safetensors.index.json")
        {
            File.Delete(folder["m/model.safetensors"]);
        }

        folder.WriteText("m/" + file, text);
        Ran table = HoneProcess.Run("doctor", "--model", model);
        Assert.All(table.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        bool harmless = file == "tokenizer_config.json" && !text.Contains("eos", StringComparison.Ordinal) && table.Code == 0;
        Assert.True(harmless || table.Code == 3, table.Output);
        Assert.Equal("", table.Error);
        Assert.NotEmpty(HoneProcess.Run("doctor", "--model", model, "--json").Json);
    }

    [Fact]
    public void DeepNestingIsALine()
    {
        using var folder = new TempFolder();
        string model = folder.Model("m");
        folder.WriteText("m/tokenizer.json", new string('[', 1_000_000));
        folder.WriteText("m/config.json", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
        Assert.Equal(2, Problems(model).Length);
    }

    [Fact]
    public void AFolderWithoutAModelSaysWhatIsMissing()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["m"]);
        folder.WriteText("m/pytorch_model.bin", "x");
        (string File, string? Key, string Message)[] problems = Problems(folder["m"]);
        Assert.Equal(3, problems.Length);
        Assert.Single(problems, problem => problem.Message.Contains("config.json: no such file", StringComparison.Ordinal));
        Assert.Single(problems, problem => problem.Message.Contains("other weight formats must first be saved as safetensors", StringComparison.Ordinal));
        folder.Refuses(3, ["none: no such model folder"], ["doctor", "--model", folder["none"]]);
    }

    private static (string File, string? Key, string Message)[] Problems(string model)
    {
        Ran ran = HoneProcess.Run("doctor", "--model", model, "--json");
        Assert.Equal(3, ran.Code);
        Assert.False((bool)ran.Json["loads"]!);
        return [.. ran.Json["problems"]!.AsArray().Select(problem => (
            (string)problem!["file"]!, (string?)problem["key"], (string)problem["message"]!))];
    }
}
