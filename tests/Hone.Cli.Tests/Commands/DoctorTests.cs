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
            ["processor", "kernels", "threads", "register_peak", "memory", "runtime", "disk"], machine.Select(field => field.Key));
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
        folder.WriteText("a/adapter_config.json",
            """{"peft_type":"LORA","r":8,"lora_alpha":16,"target_modules":["q_proj","v_proj"],"base_model_name_or_path":"arith-base","use_rslora":true}""");
        File.WriteAllBytes(folder["a/adapter_model.safetensors"], Safetensors.File(
            """{"base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight":{"dtype":"F32","shape":[8,16],"data_offsets":[0,512]}}""", 512));
        Ran ran = HoneProcess.Run("doctor", "--model", folder["a"], "--json").Done();
        Assert.StartsWith("LoRA adapter", (string)ran.Json["kind"]!, StringComparison.Ordinal);
        JsonObject facts = ran.Json["facts"]!.AsObject();
        Assert.Equal(("8", "q_proj, v_proj", "arith-base", "1, 128 values"), (
            (string)facts["r"]!, (string)facts["target_modules"]!, (string)facts["base_model_name_or_path"]!, (string)facts["tensors"]!));
        Assert.Contains("target_modules    q_proj, v_proj", HoneProcess.Run("doctor", "--model", folder["a"]).Done().Output, StringComparison.Ordinal);

        folder.WriteText("a/adapter_config.json", """{"peft_type":"IA3"}""");
        File.Delete(folder["a/adapter_model.safetensors"]);
        Ran broken = HoneProcess.Run("doctor", "--model", folder["a"], "--json");
        Assert.Equal(3, broken.Code);
        Assert.Equal(2, broken.Json["problems"]!.AsArray().Count);
    }
}
