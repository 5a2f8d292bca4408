using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

public sealed class SftTests
{
    [Fact]
    public void ItWritesARunFolderWithAModelThatLoads()
    {
        using var folder = new TempFolder();
        Ran ran = HoneProcess.Run("sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["run"]}").Done();
        Assert.Matches(@"^loss \d+\.\d{4} after 4 steps; model in .+\n$", ran.Output);
        JsonObject run = JsonNode.Parse(File.ReadAllText(folder["run/run.json"]))!.AsObject();
        Assert.Equal(
            ["command", "version", "machine", "kernels", "seed", "data_hash", "rows", "config"], run.Select(field => field.Key));
        Assert.Equal(("sft", 12), ((string)run["command"]!, (int)run["rows"]!));
        JsonObject[] metrics = TempFolder.Lines(folder["run/metrics.jsonl"]);
        Assert.Equal([1, 2, 3, 4], metrics.Select(line => (int)line["step"]!));
        Assert.All(metrics, line => Assert.Equal(
            ["step", "loss", "grad_norm", "learning_rate", "tokens", "seconds"], line.Select(field => field.Key)));
        HoneProcess.Run("generate", "--model", folder["run/model"], "--prompt", "1+1=", "--max-tokens", "8").Done();
    }

    [Fact]
    public void TheSameSeedRepeatsTheWeights()
    {
        using var folder = new TempFolder();
        byte[] Weights(string name, string threads)
        {
            HoneProcess.Run("sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder[name]}", "--set", $"threads={threads}").Done();
            return File.ReadAllBytes(folder[$"{name}/model/model.safetensors"]);
        }

        Assert.Equal(Weights("a", "1"), Weights("b", "2"));
    }

    [Fact]
    public void NumbersThatAreNotFiniteEndItInOneLineWithoutAModel()
    {
        using var folder = new TempFolder();
        Ran ran = HoneProcess.Run(
            "sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["run"]}", "--set", "optimizer.learning_rate=1e39");
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.Equal(
            $"error: {folder["run"]}: training stopped, for a weight after the update is not a finite number; no model was written. "
            + "Hint: start anew with a lower optimizer.learning_rate.", ran.ErrorLines[^1]);
        Assert.False(File.Exists(folder["run/model/model.safetensors"]));
    }

    [Fact]
    public void ANewModelLearnsOneAnswerByHeart()
    {
        using var folder = new TempFolder();
        string data = folder.Write("d.jsonl", """{"prompt":"Say it: ","solution":"hone","answer":"hone"}""");
        string config = folder.Write("c.yaml",
            "new_model: {architecture: qwen3, hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, max_positions: 32}",
            $"data: {data}", $"out: {folder["run"]}", "steps: 60", "batch_size: 1", "optimizer: {learning_rate: 1e-2}", "save_as: bf16");
        HoneProcess.Run("sft", "--config", config).Done();
        Assert.Equal("hone\n", HoneProcess.Run("generate", "--model", folder["run/model"], "--prompt", "Say it: ").Done().Output);
    }

    [Theory]
    [InlineData("same", "BF16")]
    [InlineData("f32", "F32")]
    public void ItSavesInTheTypeOfTheModelItStartsFromUnlessToldOtherwise(string saveAs, string type)
    {
        using var folder = new TempFolder();
        HoneProcess.Run(
            "sft", "--config", TinyRun.Sft(folder), "--set", $"out={folder["run"]}", "--set", $"save_as={saveAs}", "--set", "steps=1").Done();
        byte[] start = File.ReadAllBytes(folder["run/model/model.safetensors"])[..4000];
        Assert.Contains($"\"dtype\":\"{type}\"", System.Text.Encoding.UTF8.GetString(start), StringComparison.Ordinal);
    }

    [Fact]
    public void RowsThatDoNotFitAreReported()
    {
        using var folder = new TempFolder();
        string row = File.ReadAllText(folder.Arithmetic("a.jsonl", 1)).Trim();
        string data = folder.Write("d.jsonl", row, $$"""{"prompt":"{{new string('1', 300)}}","answer":"2","id":"long"}""");
        string config = folder.Write("c.yaml", "model: arith-base", $"data: {data}", $"out: {folder["run"]}", "steps: 1", "batch_size: 1");
        Ran ran = HoneProcess.Run("sft", "--config", config).Done();
        Assert.Contains("warning: 1 of 2 rows are longer than the model's 256 positions and were left out", ran.Error, StringComparison.Ordinal);
    }
}
