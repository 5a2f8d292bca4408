using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone doctor`: the machine, and sound model folders.</summary>
public sealed class DoctorTests
{
    [Fact]
    public void TheMachineIsDescribed()
    {
        Ran table = HoneProcess.Run("doctor").Done();
        Assert.All(table.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        JsonObject machine = HoneProcess.Run("doctor", "--json").Done().Json["machine"]!.AsObject();
        Assert.Equal(
            ["processor", "kernels", "threads", "register_peak", "memory", "runtime", "disk", "parquet"], machine.Select(field => field.Key));
        Assert.Contains((string)machine["kernels"]!, new[] { "reference", "v128", "v256", "v512" });
        Assert.Equal(Environment.ProcessorCount, (int)machine["threads"]!);
        Assert.InRange((double)machine["register_peak"]!, 0.01, 1e6);
        Assert.InRange((long)machine["memory"]!, 1L << 26, 1L << 50);
    }

    [Fact]
    public void TheEmbeddedModelLoads()
    {
        Ran ran = HoneProcess.Run("doctor", "--model", "arith-base", "--json").Done();
        Assert.True((bool)ran.Json["loads"]!);
        Assert.Empty(ran.Json["problems"]!.AsArray());
        JsonObject facts = ran.Json["facts"]!.AsObject();
        Assert.Equal("Qwen2ForCausalLM", (string)facts["architecture"]!);
        Assert.Equal((1_018_880L, 259, 259, true, 256), (
            (long)facts["parameters"]!, (int)facts["vocabulary_rows"]!, (int)facts["token_ids"]!, (bool)facts["tied"]!,
            (int)facts["context"]!));
        Assert.Equal("""{"BF16":1018880}""", facts["stored_as"]!.ToJsonString());
        Assert.Equal("[256]", facts["end_tokens"]!.ToJsonString());
        Assert.Equal("none", (string)facts["chat_template"]!);
        Assert.All(ran.Json["memory"]!.AsArray(), job => Assert.True((bool)job!["fits"]!));
    }

    [Fact]
    public void ScoringTakesTheMemoryThatIsForetold()
    {
        JsonArray jobs = HoneProcess.Run("doctor", "--model", "arith-base", "--json").Done().Json["memory"]!.AsArray();
        long[] bytes = [.. jobs.Select(job => (long)job!["bytes"]!)];

        // Weights in floats and, packed, again in floats or half as large; training also has gradients and moments.
        const long Weights = 4 * 1_018_880;
        Assert.True(bytes[0] > 2 * Weights && bytes[1] > 1.5 * Weights && bytes[1] < bytes[0] && bytes[2] > 6 * Weights, string.Join(' ', bytes));
    }

    [Fact]
    public void AnEightBillionFolderIsDescribedFromItsHeadersAlone()
    {
        using var folder = new TempFolder();
        string model = LargeFolder.Write(folder, "llama-8b");
        var watch = Stopwatch.StartNew();
        Ran ran = HoneProcess.Run("doctor", "--model", model, "--json");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        JsonObject facts = ran.Json["facts"]!.AsObject();
        Assert.Equal(8_030_261_248L, (long)facts["parameters"]!);
        Assert.Equal("""{"BF16":8030261248}""", facts["stored_as"]!.ToJsonString());
        Assert.Equal(4, facts["weight_files"]!.AsArray().Count);
        Assert.Equal(16_060_522_496L, facts["weight_files"]!.AsArray().Sum(file => (long)file!["bytes"]!) - LargeFolder.HeaderBytes(folder, "llama-8b"));

        // It has no tokenizer, and that is all that is wrong with it.
        Assert.Equal(3, ran.Code);
        Assert.Contains("tokenizer.json: no such file", (string)Assert.Single(ran.Json["problems"]!.AsArray())!["message"]!, StringComparison.Ordinal);

        // One copy of the weights, in either format, and scratch beside it.
        Assert.InRange((long)ran.Json["memory"]![0]!["bytes"]!, 4 * 8_030_261_248L, 5 * 8_030_261_248L);
        Assert.InRange((long)ran.Json["memory"]![1]!["bytes"]!, 2 * 8_030_261_248L, 3 * 8_030_261_248L);
    }

    [Fact]
    public void TheChatTemplateIsFoundWhereverItIs()
    {
        using var folder = new TempFolder();
        string model = folder.Model("m");
        string Template() => (string)HoneProcess.Run("doctor", "--model", model, "--json").Done().Json["facts"]!["chat_template"]!;
        Assert.Equal("none", Template());
        folder.WriteText("m/tokenizer_config.json", """{"chat_template":"{{ x }}"}""");
        Assert.Equal("tokenizer_config.json, 7 characters", Template());
        folder.WriteText("m/tokenizer_config.json", """{"chat_template":[{"name":"default","template":"x"},{"name":"tool_use","template":"y"}]}""");
        Assert.Equal("tokenizer_config.json, 2 named: default, tool_use", Template());
        folder.WriteText("m/chat_template.jinja", "{{ message }}");
        Assert.Equal("chat_template.jinja, 13 bytes", Template());
    }

    [Fact]
    public void AnAdapterFolderIsRecognised()
    {
        using var folder = new TempFolder();
        HoneProcess.Run(
            "sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["run"]}", "--set", "steps=1", "--set", "lora.rank=2").Done();
        string adapter = Path.Combine(folder["run"], "model");
        Ran ran = HoneProcess.Run("doctor", "--model", adapter, "--json").Done();
        Assert.StartsWith("LoRA adapter", (string)ran.Json["kind"]!, StringComparison.Ordinal);
        JsonObject facts = ran.Json["facts"]!.AsObject();
        Assert.Equal(("2", "arith-base", "Qwen2ForCausalLM"), (
            (string)facts["r"]!, (string)facts["base_model_name_or_path"]!, (string)facts["architecture"]!));
        Assert.True((long)ran.Json["memory"]![0]!["bytes"]! > 4_000_000);

        // What no command could load is found without the weights.
        string config = Path.Combine(adapter, "adapter_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"r\": 2", "\"r\": 3", StringComparison.Ordinal));
        Ran wrong = HoneProcess.Run("doctor", "--model", adapter, "--json");
        Assert.Equal(3, wrong.Code);
        Assert.Contains("lora_A", (string)Assert.Single(wrong.Json["problems"]!.AsArray())!["message"]!, StringComparison.Ordinal);

        folder.WriteText("a/adapter_config.json", """{"peft_type":"IA3"}""");
        Ran broken = HoneProcess.Run("doctor", "--model", folder["a"], "--json");
        Assert.Equal(3, broken.Code);
        Assert.Equal(2, broken.Json["problems"]!.AsArray().Count);
    }
}
