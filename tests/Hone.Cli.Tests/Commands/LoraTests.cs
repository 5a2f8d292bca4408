using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>`lora` in `hone train` and `hone sft`, adapter folders as models, and `hone merge`.</summary>
public sealed class LoraTests(LoraTests.AdaptedRun adapted) : IClassFixture<LoraTests.AdaptedRun>
{
    private const string Last = "run/checkpoints/step-000004";

    [Fact]
    public void ARunOnAdaptersRecordsThemAndHoldsNoSecondModel()
    {
        JsonObject run = JsonNode.Parse(File.ReadAllText(adapted["run/run.json"]))!.AsObject();
        Assert.Equal("""{"rank":4,"alpha":16,"dropout":0,"rslora":false,"target_modules":["all-linear"]}""", run["config"]!["lora"]!.ToJsonString());

        // 5 layers of hidden 128, 4 heads of 32 and 2 key/value heads, feed-forward 384.
        int module = (128 + 128) + (2 * (128 + 64)) + (128 + 128) + (3 * (128 + 384));
        Assert.Equal(5 * 4 * module, (int)run["adapter_parameters"]!);
        Assert.DoesNotContain("reference model", adapted.Ran.Error, StringComparison.Ordinal);
        Assert.Contains("\n  adapters ", adapted.Ran.Error, StringComparison.Ordinal);
        JsonObject[] first = TempFolder.Lines(adapted["run/rollouts/step-000001.jsonl"]);
        JsonObject[] second = TempFolder.Lines(adapted["run/rollouts/step-000002.jsonl"]);
        Assert.All(first, line => Assert.Equal((double)line["mean_logprob"]!, (double)line["ref_mean_logprob"]!));
        Assert.Contains(second, line => (double)line["mean_logprob"]! != (double)line["ref_mean_logprob"]!);
        Assert.All(TempFolder.Lines(adapted["run/metrics.jsonl"]), line => Assert.Equal(0.0, (double)line["ratio_deviation"]!));
    }

    [Fact]
    public void ItsCheckpointsAreAdapterFoldersOfPeft()
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(adapted[Last + "/adapter_config.json"]))!.AsObject();
        Assert.Equal(
            ("LORA", "CAUSAL_LM", "none", "arith-base", 4, 16, false),
            ((string)config["peft_type"]!, (string)config["task_type"]!, (string)config["bias"]!,
                (string)config["base_model_name_or_path"]!, (int)config["r"]!, (int)config["lora_alpha"]!, (bool)config["use_rslora"]!));
        Assert.Equal(7, config["target_modules"]!.AsArray().Count);
        Assert.False(File.Exists(adapted[Last + "/model.safetensors"]));
        Assert.True(File.Exists(adapted[Last + "/tokenizer.json"]));
    }

    [Fact]
    public void ARunGoesOnToTheSameBytes()
    {
        using var folder = new TempFolder();
        TempFolder.Copy(adapted["run"], folder["run"]);
        Directory.Delete(folder[Last], recursive: true);
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        foreach (string file in (string[])["adapter_model.safetensors", "adapter_config.json", "trainer/optimizer.safetensors", "trainer/state.json"])
        {
            Assert.Equal(File.ReadAllBytes(adapted[$"{Last}/{file}"]), File.ReadAllBytes(folder[$"{Last}/{file}"]));
        }
    }

    [Fact]
    public void ARunDoesNotGoOnWithAnotherBase()
    {
        using var folder = new TempFolder();
        string model = folder.Model("base"), file = Path.Combine(model, "model.safetensors");
        HoneProcess.Run(
            "train", "--config", TinyRun.Train(folder, "lora: {rank: 2}"), "--set", $"model={model}", "--set", $"out={folder["run"]}").Done();
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        byte[] weights = File.ReadAllBytes(file);
        weights[^1] ^= 1;
        File.WriteAllBytes(file, weights);
        folder.Refuses(3, ["is not the model that run began with", "expected it unchanged"], ["train", "--resume", folder["run"]]);
    }

    [Theory]
    [InlineData("adapters/adapter_model.safetensors")]
    [InlineData("base/model.safetensors")]
    public void ARunDoesNotGoOnWithAReferenceThatChanged(string changed)
    {
        using var folder = new TempFolder();
        TempFolder.Copy(adapted[Last], folder["adapters"]);
        JsonObject config = JsonNode.Parse(File.ReadAllText(folder["adapters/adapter_config.json"]))!.AsObject();
        config["base_model_name_or_path"] = folder.Model("base");
        folder.WriteText("adapters/adapter_config.json", config.ToJsonString());
        HoneProcess.Run(
            "train", "--config", TinyRun.Train(folder, "loss: {kl_coefficient: 0.01}"), "--set", $"model={folder["adapters"]}", "--set", $"out={folder["run"]}").Done();
        byte[] weights = File.ReadAllBytes(folder[changed]);
        weights[^1] ^= 1;
        File.WriteAllBytes(folder[changed], weights);
        folder.Refuses(
            3, [$"{folder["adapters"]} with its base {folder["base"]}: is not the model that run began with"], ["train", "--resume", folder["run"]]);
    }

    [Fact]
    public void AdaptersAreAModelAndMergedTheySayTheSame()
    {
        // Log-probs of the merged float model against the unmerged one, in nats.
        const double Merged = 1e-4;
        using var folder = new TempFolder();
        Ran ran = HoneProcess.Run(
            "merge", "--model", "arith-base", "--adapter", adapted[Last], "--out", folder["merged"], "--dtype", "f32").Done();
        Assert.Equal($"35 projections merged; model in {folder["merged"]}\n", ran.Output);
        double[] LogProbs(string model)
        {
            JsonObject json = HoneProcess.Run(
                "generate", "--model", model, "--prompt", "3+4*2=", "--echo", "--max-tokens", "0", "--logprobs", "--json").Done().Json;
            return [.. json["logprobs"]!.AsArray().Where(value => value is not null).Select(value => (double)value!)];
        }

        double[] plain = LogProbs("arith-base"), with = LogProbs(adapted[Last]), merged = LogProbs(folder["merged"]);
        Assert.NotEqual(plain, with);
        Assert.Equal(with.Length, merged.Length);
        Assert.All(with.Zip(merged), pair => Assert.Equal(pair.First, pair.Second, Merged));
        Assert.Equal("float32", (string)JsonNode.Parse(File.ReadAllText(folder["merged/config.json"]))!["torch_dtype"]!);
        HoneProcess.Run("eval", "--model", adapted[Last], "--data", folder.Arithmetic("d.jsonl", 3)).Done();
    }

    [Fact]
    public void MergingKeepsTheBasesTypeAndFiles()
    {
        using var folder = new TempFolder();
        string model = folder.Model("base");
        HoneProcess.Run("merge", "--model", model, "--adapter", adapted[Last], "--out", folder["merged"]).Done();
        string[] Names(string name) => [.. Directory.EnumerateFiles(folder[name]).Select(Path.GetFileName).Where(file => file != "README.md").Order(StringComparer.Ordinal)!];
        Assert.Equal(Names("base"), Names("merged"));
        foreach (string file in Names("base").Where(file => file != "model.safetensors"))
        {
            Assert.Equal(File.ReadAllBytes(folder["base/" + file]), File.ReadAllBytes(folder["merged/" + file]));
        }

        Assert.Equal(new FileInfo(folder["base/model.safetensors"]).Length, new FileInfo(folder["merged/model.safetensors"]).Length, 4096L);
        Assert.NotEqual(File.ReadAllBytes(folder["base/model.safetensors"]), File.ReadAllBytes(folder["merged/model.safetensors"]));
    }

    [Fact]
    public void SupervisedAdaptersAreSavedWithTheirBaseAndCanBeTrainedOnInFull()
    {
        using var folder = new TempFolder();
        string config = TinyRun.Sft(folder);
        string model = folder.Model("base");
        Ran ran = HoneProcess.Run(
            "sft", "--config", config, "--set", $"out={folder["a"]}", "--set", $"model={model}",
            "--set", "lora={rank: 2, dropout: 0.1, rslora: true, target_modules: [q_proj, v_proj]}").Done();
        Assert.Contains("parameters in adapters of a model of", ran.Error, StringComparison.Ordinal);
        JsonObject saved = JsonNode.Parse(File.ReadAllText(folder["a/model/adapter_config.json"]))!.AsObject();
        Assert.Equal(model, (string)saved["base_model_name_or_path"]!);
        Assert.Equal("""["q_proj","v_proj"]""", saved["target_modules"]!.ToJsonString());
        HoneProcess.Run("sft", "--config", config, "--set", $"out={folder["b"]}", "--set", $"model={folder["a/model"]}").Done();
        Assert.True(File.Exists(folder["b/model/model.safetensors"]));
        folder.Refuses(
            2, ["holds adapters, expected a plain model"],
            ["sft", "--config", config, "--set", $"out={folder["c"]}", "--set", $"model={folder["a/model"]}", "--set", "lora.rank=2"]);
        Directory.Move(model, folder["elsewhere"]);
        folder.Refuses(
            3, ["base_model_name_or_path is '", "expected a model folder"], ["generate", "--model", folder["a/model"], "--prompt", "1+1="]);
        saved["base_model_name_or_path"] = "../../elsewhere";
        folder.WriteText("a/model/adapter_config.json", saved.ToJsonString());
        HoneProcess.Run("generate", "--model", folder["a/model"], "--prompt", "1+1=", "--max-tokens", "4").Done();
    }

    [Theory]
    [InlineData("train", "lora.dropout=0.1", "lora.dropout is 0.1, expected 0")]
    [InlineData("train", "lora.rank=0", "lora.rank is 0, expected 1 or more")]
    [InlineData("train", "lora.alpha=-2", "lora.alpha is -2, expected a number above 0")]
    [InlineData("train", "lora.target_modules=[q_prj]", "did you mean 'q_proj'?")]
    [InlineData("train", "lora.target_modules=[]", "lora.target_modules is empty")]
    [InlineData("train", "lora.ranks=4", "unknown key 'lora.ranks'")]
    [InlineData("train", "lora=8", "'lora' is a value, expected a section of settings")]
    [InlineData("sft", "lora.dropout=1", "lora.dropout is 1, expected 0 to below 1")]
    [InlineData("sft", "lora={rank: 4}, save_as=bf16", "adapters are saved in f32")]
    public void AWrongSettingIsNamed(string command, string set, string part)
    {
        using var folder = new TempFolder();
        string config = command == "train" ? TinyRun.Train(folder) : TinyRun.Sft(folder);
        string[] sets = [.. set.Split(", ").SelectMany(one => (string[])["--set", one])];
        folder.Refuses(2, [part], [command, "--config", config, "--set", $"out={folder["a"]}", .. sets]);
    }

    [Fact]
    public void MergeRefusesWhatDoesNotBelongTogether()
    {
        using var folder = new TempFolder();
        string[] Merge(string model, string adapter, string output) => ["merge", "--model", model, "--adapter", adapter, "--out", output];
        folder.Refuses(2, ["holds adapters, expected their base model"], Merge(adapted[Last], adapted[Last], folder["out"]));
        folder.Refuses(3, ["has no adapter_config.json"], Merge("arith-base", folder.Root, folder["out"]));
        Directory.CreateDirectory(folder["taken"]);
        folder.Refuses(3, ["is there already, expected a new folder"], Merge("arith-base", adapted[Last], folder["taken"]));
        folder.Refuses(2, ["--dtype f8: expected f32, bf16, f16"], [.. Merge("arith-base", adapted[Last], folder["out"]), "--dtype", "f8"]);
        TempFolder.Copy(adapted[Last], folder["a"]);
        folder.WriteText("a/adapter_config.json", File.ReadAllText(folder["a/adapter_config.json"]).Replace("\"r\": 4", "\"r\": 5", StringComparison.Ordinal));
        folder.Refuses(3, ["expected (5, 128)"], Merge("arith-base", folder["a"], folder["out"]));
    }

    /// <summary>A run on adapters with a KL term, that most tests look at.</summary>
    public sealed class AdaptedRun : IDisposable
    {
        private readonly TempFolder _folder = new();

        public AdaptedRun() => Ran = HoneProcess.Run(
            "train", "--config", TinyRun.Train(_folder), "--set", $"out={_folder["run"]}", "--set", "lora.rank=4",
            "--set", "loss.kl_coefficient=0.1").Done();

        internal Ran Ran { get; }

        internal string this[string name] => _folder[name];

        public void Dispose() => _folder.Dispose();
    }
}
