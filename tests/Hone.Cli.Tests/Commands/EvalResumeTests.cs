using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>`hone eval --out`: what is kept, and going on after a stop.</summary>
public sealed class EvalResumeTests
{
    [Fact]
    public void TheFolderHoldsSettingsSamplesAndResults()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 3);
        Ran ran = HoneProcess.Run(Arguments(data, folder["out"], "--json")).Done();
        Assert.Equal(["a.jsonl", "eval.json", "results.json"], Files(folder["out"]).Keys);
        Assert.Equal(ran.Json.ToJsonString(), JsonNode.Parse(File.ReadAllText(folder["out/results.json"]))!.ToJsonString());
        JsonObject[] lines = TempFolder.Lines(folder["out/a.jsonl"]);
        Assert.Equal(9, lines.Length);
        Assert.All(lines, line => Assert.Equal(
            ["id", "sample", "completion", "answer", "reward", "correct", "format_ok", "truncated", "tokens"], line.Select(field => field.Key)));
        string[] ids = [.. TempFolder.Lines(data).Select(row => (string)row["id"]!)];
        Assert.Equal(
            ids.SelectMany(id => Enumerable.Range(0, 3).Select(sample => (id, sample))),
            lines.Select(line => ((string)line["id"]!, (int)line["sample"]!)));
        Assert.Equal((double)ran.Json["accuracy"]!, lines.Average(line => (bool)line["correct"]! ? 1.0 : 0.0), 12);
        Assert.Equal((double)ran.Json["mean_length"]!, lines.Average(line => (int)line["tokens"]!), 12);
        Assert.Equal((int)ran.Json["truncated"]!, lines.Count(line => (bool)line["truncated"]!));
        JsonNode settings = JsonNode.Parse(File.ReadAllText(folder["out/eval.json"]))!;
        Assert.Equal((3, 1.0, 1), ((int)settings["settings"]!["samples"]!, (double)settings["settings"]!["temperature"]!, (int)settings["settings"]!["seed"]!));
        Assert.Equal("numeric_answer", (string)settings["data_sets"]!["a"]!["reward"]!);
        Assert.Matches("^[0-9a-f]{64}$", (string)settings["data_sets"]!["a"]!["hash"]!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(29)]
    public void AnEvaluationThatWasStoppedGoesOnToTheSameBytes(int stopAfter)
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 10, level: 3), more = folder.Arithmetic("b.jsonl", 4, level: 2, seed: 8);
        HoneProcess.Run(Arguments(data, folder["straight"], "--data", more)).Done();

        using var stop = new CancellationTokenSource();
        using var error = new StopAt($"evaluating {stopAfter}/42", stop);
        Ran stopped = HoneProcess.Run(Arguments(data, folder["broken"], "--data", more), error, new JumpingTime(), stop.Token);
        Assert.Equal(1, stopped.Code);
        Assert.Contains("run the command again", stopped.Error, StringComparison.Ordinal);
        int kept = File.ReadAllLines(folder["broken/a.jsonl"]).Length;
        Assert.InRange(kept, stopAfter, 30);
        Assert.False(File.Exists(folder["broken/results.json"]));

        // As if the power had gone in the middle of a line.
        string half = File.ReadAllLines(folder["broken/a.jsonl"])[0][..30];
        File.AppendAllText(folder["broken/a.jsonl"], half);

        Ran resumed = HoneProcess.Run(Arguments(data, folder["broken"], "--data", more)).Done();
        Assert.Contains($"{kept} of 42 completions are in {folder["broken"]} already", resumed.Error, StringComparison.Ordinal);
        AssertSame(folder["straight"], folder["broken"]);
    }

    [Fact]
    public void SamplesInAnyOrderAndWithHolesAreCompletedToTheSameBytes()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 10, level: 3);
        HoneProcess.Run(Arguments(data, folder["straight"])).Done();
        TempFolder.Copy(folder["straight"], folder["broken"]);
        File.Delete(folder["broken/results.json"]);
        string[] lines = File.ReadAllLines(folder["straight/a.jsonl"]);
        folder.Write("broken/a.jsonl", [.. lines.Where((_, i) => i % 3 != 1).Reverse()]);
        HoneProcess.Run(Arguments(data, folder["broken"])).Done();
        AssertSame(folder["straight"], folder["broken"]);
    }

    [Theory]
    [InlineData(".eval.json.0123456789abcdef0123456789abcdef.tmp")]
    [InlineData(".a.jsonl.0123456789abcdef0123456789abcdef.tmp")]
    public void WhatAKilledProgramLeavesOfAFileIsTakenAway(string leftover)
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 2);
        HoneProcess.Run(Arguments(data, folder["straight"])).Done();
        folder.WriteText("broken/" + leftover, "{");
        HoneProcess.Run(Arguments(data, folder["broken"])).Done();
        folder.WriteText("broken/" + leftover, "{");
        HoneProcess.Run(Arguments(data, folder["broken"])).Done();
        AssertSame(folder["straight"], folder["broken"]);
    }

    [Fact]
    public void AFinishedEvaluationIsPrintedAgainWithoutSampling()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 4);
        Ran first = HoneProcess.Run(Arguments(data, folder["out"])).Done();
        Dictionary<string, string> before = Files(folder["out"]);
        Ran second = HoneProcess.Run(Arguments(data, folder["out"], "--threads", "1")).Done();
        Assert.Equal(first.Output, second.Output);
        Assert.Contains("12 of 12 completions are in", second.Error, StringComparison.Ordinal);
        Assert.Equal(before, Files(folder["out"]));
    }

    [Fact]
    public void OtherModelsDataAndSettingsAreRefused()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 4);
        HoneProcess.Run(Arguments(data, folder["out"])).Done();
        string other = folder.Model("other");
        byte[] weights = File.ReadAllBytes(folder["other/model.safetensors"]);
        weights[^1] ^= 1;
        File.WriteAllBytes(folder["other/model.safetensors"], weights);
        const string Eval = "eval.json: ";
        folder.Refuses(3, [Eval, "settings.model_hash is "], Arguments(data, folder["out"], "--model", other));
        folder.Refuses(3, [Eval + "settings.seed is 1, this evaluation has 2"], Arguments(data, folder["out"], "--seed", "2"));
        folder.Refuses(3, [Eval + "settings.max_tokens is 30, this evaluation has 31"], Arguments(data, folder["out"], "--max-tokens", "31"));
        folder.Refuses(
            3, [Eval + "settings.samples is 3, this evaluation has 1", "settings.temperature is 1, this evaluation has 0"],
            Arguments(data, folder["out"], "--samples", "1"), problems: 2);
        folder.Refuses(3, [Eval + "data_sets.a.prompts is"], Arguments(data, folder["out"], "--answer-prefix", "x"));
        folder.Refuses(3, [Eval + "data_sets.a.reward is"], Arguments(data, folder["out"], "--reward", "exact_text"));
        folder.Refuses(
            3, [Eval + "data_sets.a.hash is ", "data_sets.b.hash is none"],
            Arguments("b=" + data, folder["out"]), problems: 4);
        folder.Arithmetic("a.jsonl", 5);
        folder.Refuses(3, [Eval + "data_sets.a.hash is "], Arguments(data, folder["out"]));
    }

    [Fact]
    public void AFolderOfSomethingElseIsLeftAlone()
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 2);
        folder.Write("mine/notes.txt", "mine");
        folder.Refuses(3, ["holds files but no eval.json"], Arguments(data, folder["mine"]));
        folder.Refuses(3, ["is a file, expected a folder"], Arguments(data, folder["mine/notes.txt"]));
        folder.Write("odd/eval.json", "[]");
        folder.Refuses(3, ["is not that of hone eval"], Arguments(data, folder["odd"]));
    }

    [Theory]
    [InlineData("""{"id":"nobody","sample":0,"completion":"","answer":null,"reward":0,"correct":false,"format_ok":false,"truncated":false,"tokens":1}""", "holds sample 0 of 'nobody'")]
    [InlineData("""{"id":"x"}""", "expected a row as Hone writes it")]
    [InlineData("again", "comes twice")]
    public void DamagedSamplesAreRefused(string line, string part)
    {
        using var folder = new TempFolder();
        string data = folder.Arithmetic("a.jsonl", 2);
        HoneProcess.Run(Arguments(data, folder["out"])).Done();
        File.AppendAllText(folder["out/a.jsonl"], (line == "again" ? File.ReadAllLines(folder["out/a.jsonl"])[0] : line) + "\n");
        folder.Refuses(3, ["a.jsonl", part], Arguments(data, folder["out"]));
    }

    private static void AssertSame(string straight, string broken)
    {
        Dictionary<string, string> expected = Files(straight), actual = Files(broken);
        Assert.Equal(expected, actual);
        Assert.Contains("results.json", expected.Keys);
    }

    private static Dictionary<string, string> Files(string folder) => Directory.EnumerateFiles(folder)
        .Order(StringComparer.Ordinal).ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    private static string[] Arguments(string data, string output, params string[] more)
    {
        List<string> arguments = ["eval", "--data", data, "--out", output, .. more];
        foreach ((string name, string value) in new[] { ("--model", "arith-base"), ("--max-tokens", "30"), ("--samples", "3") })
        {
            arguments.AddRange(more.Contains(name) ? [] : [name, value]);
        }

        return [.. arguments];
    }
}
