using System.Text.Json;

namespace Hone.Cli.Tests.Commands;

/// <summary>What is said on stderr while weights load.</summary>
public sealed class LoadingTests
{
    private const int Hidden = 256, FeedForward = 65536, Vocabulary = 259;

    [Fact]
    public void LargeModelsReportMegabytesAndWhatIsLeft()
    {
        using var folder = new TempFolder();
        string model = Large(folder);
        string[] arguments = ["generate", "--model", model, "--prompt", "1", "--echo", "--max-tokens", "0"];
        string[] lines = [.. HoneProcess.RunReporting(arguments).Done().ErrorLines.Where(Loads)];
        Assert.Matches(@"^loading \d+/101 MB, [\d.,]+ MB/s, .+ left$", lines[0]);
        Assert.Matches("^loading 101/101 MB, [^l]+$", lines[^1]);
        Assert.DoesNotContain(HoneProcess.RunReporting([.. arguments, "--quiet"]).Done().ErrorLines, Loads);
    }

    [Fact]
    public void SmallModelsLoadInSilence()
    {
        string[] lines = HoneProcess.RunReporting("generate", "--model", "arith-base", "--prompt", "1+1=", "--max-tokens", "1").Done().ErrorLines;
        Assert.DoesNotContain(lines, Loads);
    }

    private static bool Loads(string line) => line.StartsWith("loading", StringComparison.Ordinal);

    // One block of zeros, mostly feed-forward: the file is a hole behind its header, the panels take 200 MB.
    private static string Large(TempFolder folder)
    {
        string model = folder.Model("large");
        File.WriteAllText(Path.Combine(model, "config.json"), JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["architectures"] = new[] { "LlamaForCausalLM" }, ["model_type"] = "llama", ["hidden_act"] = "silu", ["hidden_size"] = Hidden,
            ["intermediate_size"] = FeedForward, ["max_position_embeddings"] = 64, ["num_attention_heads"] = 1,
            ["num_hidden_layers"] = 1, ["num_key_value_heads"] = 1, ["rms_norm_eps"] = 1e-6, ["rope_theta"] = 1e4,
            ["tie_word_embeddings"] = true, ["vocab_size"] = Vocabulary,
        }));
        const string Block = "model.layers.0.";
        var header = new Dictionary<string, object>();
        long end = 0;
        foreach ((string name, int[] shape) in new (string, int[])[]
        {
            ("model.embed_tokens.weight", [Vocabulary, Hidden]), ("model.norm.weight", [Hidden]),
            (Block + "input_layernorm.weight", [Hidden]), (Block + "post_attention_layernorm.weight", [Hidden]),
            (Block + "self_attn.q_proj.weight", [Hidden, Hidden]), (Block + "self_attn.k_proj.weight", [Hidden, Hidden]),
            (Block + "self_attn.v_proj.weight", [Hidden, Hidden]), (Block + "self_attn.o_proj.weight", [Hidden, Hidden]),
            (Block + "mlp.gate_proj.weight", [FeedForward, Hidden]), (Block + "mlp.up_proj.weight", [FeedForward, Hidden]),
            (Block + "mlp.down_proj.weight", [Hidden, FeedForward]),
        })
        {
            long begin = end;
            end += 2L * shape.Aggregate(1, (product, size) => product * size);
            header[name] = new Dictionary<string, object> { ["dtype"] = "BF16", ["shape"] = shape, ["data_offsets"] = new[] { begin, end } };
        }

        byte[] start = Safetensors.File(JsonSerializer.Serialize(header), 0);
        using FileStream file = File.Create(Path.Combine(model, "model.safetensors"));
        file.Write(start);
        file.SetLength(start.Length + end);
        return model;
    }
}
