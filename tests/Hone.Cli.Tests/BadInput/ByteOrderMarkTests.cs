using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.BadInput;

/// <summary>Files that start with a byte order mark, as programs of Windows write them, are read as those without.</summary>
public sealed class ByteOrderMarkTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_scored_and_selected_as_they_are()
    {
        string data = _folder.Arithmetic("d.jsonl", 8, level: 1);
        byte[] rows = File.ReadAllBytes(data);
        string[] Keep(string name)
        {
            HoneProcess.Run("score", "--model", _folder["m"], "--data", data, "--target", "answer", "--out", _folder[$"{name}-scores.jsonl"]).Done();
            if (name == "marked")
            {
                Mark(_folder[$"{name}-scores.jsonl"]);
            }

            HoneProcess.Run("select", "--scores", _folder[$"{name}-scores.jsonl"], "--data", data, "--fraction", "1", "--out", _folder[$"{name}.jsonl"]).Done();
            return File.ReadAllLines(_folder[$"{name}.jsonl"]);
        }

        _folder.Model("m");
        string[] plain = Keep("plain");
        foreach (string file in Directory.EnumerateFiles(_folder["m"], "*.json"))
        {
            Mark(file);
        }

        Mark(data);
        Assert.Equal(plain, Keep("marked"));
        Assert.Equal(8, plain.Length);
        Assert.NotEqual(0xef, File.ReadAllBytes(_folder["marked.jsonl"])[0]);
        Assert.Equal(rows, File.ReadAllBytes(data)[3..]);
    }

    [Fact]
    public void Logs_and_documents_of_a_run_are_ranked_and_reported()
    {
        LogWriters.Write("hone", _folder, "log");
        string[] options = ["--hardest", "10", "--window", "10", "--checkpoints", "10,20,30,40", "--json"];
        JsonNode plain = HoneProcess.Run(["rank", _folder["log"], .. options]).Done().Json["pick"]!;
        foreach (string file in Directory.EnumerateFiles(_folder["log"], "*.json*", SearchOption.AllDirectories))
        {
            Mark(file);
        }

        Assert.Equal(plain.ToJsonString(), HoneProcess.Run(["rank", _folder["log"], .. options]).Done().Json["pick"]!.ToJsonString());
        HoneProcess.Run("report", _folder["log"], "--checkpoints", "10,20,30,40", "--hardest", "10", "--window", "10", "--out", _folder["a.html"]).Done();
    }

    [Fact]
    public void A_configuration_and_a_model_folder_are_read()
    {
        string model = _folder.Model("m");
        foreach (string file in Directory.EnumerateFiles(model, "*.json"))
        {
            Mark(file);
        }

        HoneProcess.Run("doctor", "--model", model).Done();
        string config = TinyRun.Sft(_folder);
        Mark(config);
        HoneProcess.Run("sft", "--config", config, "--set", $"out={_folder["run"]}").Done();
    }

    private static void Mark(string path) => File.WriteAllBytes(path, [.. Encoding.UTF8.Preamble, .. File.ReadAllBytes(path)]);
}
