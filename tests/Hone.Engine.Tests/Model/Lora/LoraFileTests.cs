using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model.Lora;

/// <summary>PEFT's files: read back bit for bit, and refused where they ask for what is not done.</summary>
public sealed class LoraFileTests : IDisposable
{
    private static readonly LoraConfig Config = new()
    {
        Rank = 3, Alpha = 4.5, Dropout = 0.05, RankStabilized = true, Targets = [LoraTarget.Query, LoraTarget.Output, LoraTarget.Gate],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly KernelSet _kernels = Paths.Open(KernelPath.Reference);

    public void Dispose()
    {
        _folder.Dispose();
        _kernels.Dispose();
    }

    [Fact]
    public void Saved_adapters_have_the_names_of_peft_and_come_back_bit_for_bit()
    {
        using Transformer model = Saved();
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_folder.FullPath, "adapter_model.safetensors"));
        Assert.Equal(2 * 2 * 3, file.Tensors.Count);
        Assert.Equal([3L, 18], file.Tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"].Shape);
        Assert.Equal([24L, 3], file.Tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"].Shape);
        Assert.Equal([21L, 3], file.Tensors["base_model.model.model.layers.1.mlp.gate_proj.lora_B.weight"].Shape);
        PeftConfig read = PeftConfig.Read(_folder.FullPath);
        Assert.Equal(("some/base", 3, 4.5, 0.05, true), (read.BaseModel, read.Lora.Rank, read.Lora.Alpha, read.Lora.Dropout, read.Lora.RankStabilized));
        Assert.Equal(Config.Targets, read.Lora.Targets);
        using LoraAdapters loaded = LoraFile.Load(_folder.FullPath, model.Config, _kernels);
        Near.Exact("values", [(int)loaded.Values.All.Length], model.Adapters!.Values.All.Span, loaded.Values.All.Span, "read back");
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "peft_type is 'IA3', expected 'LORA'")]
    [InlineData("task_type", "\"SEQ_CLS\"", "task_type is 'SEQ_CLS', expected 'CAUSAL_LM'")]
    [InlineData("bias", "\"all\"", "bias is 'all', expected 'none'")]
    [InlineData("use_dora", "true", "'use_dora' is set")]
    [InlineData("fan_in_fan_out", "true", "'fan_in_fan_out' is set")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "'modules_to_save' is set")]
    [InlineData("rank_pattern", "{\"q_proj\":4}", "'rank_pattern' is set")]
    [InlineData("alpha_pattern", "{\"q_proj\":4}", "'alpha_pattern' is set")]
    [InlineData("layers_to_transform", "[0]", "'layers_to_transform' is set")]
    [InlineData("some_later_thing", "1", "'some_later_thing' is set")]
    [InlineData("init_lora_weights", "\"pissa_niter_4\"", "which changes the base model too")]
    [InlineData("target_modules", "[\"q_proj\",\"lm_head\"]", "target_modules[1] is 'lm_head', expected a list of q_proj")]
    [InlineData("target_modules", "\".*proj\"", "target_modules is '.*proj', expected a list of q_proj")]
    [InlineData("target_modules", "[]", "target_modules is empty")]
    [InlineData("r", "0", "r is 0, expected a whole number from 1")]
    [InlineData("lora_alpha", "-1", "alpha is -1, expected a number above 0")]
    [InlineData("lora_dropout", "1", "dropout is 1, expected 0 to below 1")]
    public void What_is_not_plain_lora_is_refused_by_name(string key, string value, string part)
    {
        using Transformer model = Saved();
        Set(key, value);
        OneLine.Throws<InvalidDataException>(() => PeftConfig.Read(_folder.FullPath), part);
    }

    [Theory]
    [InlineData("some_later_thing", "false")]
    [InlineData("eva_config", "null")]
    [InlineData("trainable_token_indices", "[]")]
    [InlineData("init_lora_weights", "\"gaussian\"")]
    [InlineData("task_type", "null")]
    [InlineData("target_modules", "\"all-linear\"")]
    public void What_means_no_is_read_over(string key, string value)
    {
        using Transformer model = Saved();
        Set(key, value);
        Assert.Equal(3, PeftConfig.Read(_folder.FullPath).Lora.Rank);
    }

    [Theory]
    [InlineData("r", "4", "(4, 18)")]
    [InlineData("target_modules", "[\"q_proj\",\"k_proj\",\"o_proj\",\"gate_proj\"]", "k_proj.lora_A.weight' is not there")]
    [InlineData("target_modules", "[\"q_proj\",\"o_proj\"]", "gate_proj.lora_A.weight' is none that")]
    public void Tensors_of_other_adapters_are_refused(string key, string value, string part)
    {
        using Transformer model = Saved();
        Set(key, value);
        OneLine.Throws<InvalidDataException>(() => LoraFile.Load(_folder.FullPath, model.Config, _kernels), part);
    }

    [Fact]
    public void Adapters_of_another_shape_or_without_tensors_are_refused()
    {
        using Transformer model = Saved();
        Assert.Throws<InvalidDataException>(() => LoraFile.Load(_folder.FullPath, TinyModels.Config("llama"), _kernels));
        File.Delete(Path.Combine(_folder.FullPath, LoraFile.WeightName));
        OneLine.Throws<FileNotFoundException>(
            () => LoraFile.Load(_folder.FullPath, model.Config, _kernels), "save adapters as safetensors");
    }

    private Transformer Saved()
    {
        Transformer model = TinyAdapters.Make("qwen2", _kernels, Config);
        LoraFile.Save(_folder.FullPath, model.Adapters!, "some/base");
        return model;
    }

    private void Set(string key, string value)
    {
        string path = Path.Combine(_folder.FullPath, PeftConfig.FileName);
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
    }
}
