namespace Hone.Cli.Tests.Faults;

/// <summary>The commands that write, each with a small model of one layer and with what it needs.</summary>
internal static class WriteFaultCases
{
    private static readonly Dictionary<string, Func<TempFolder, WriteFaultCase>> Makers = new()
    {
        ["train"] = Trained,
        ["skipped"] = folder => Trained(folder, "loss.kl_coefficient=1e300", "guard.non_finite=skip", "steps=2", "save_every=2"),
        ["adapters"] = folder => Trained(folder, "lora.rank=2", "steps=1"),
        ["resume"] = Resumed,
        ["score"] = Scored,
        ["log-probs"] = folder => OfRun(folder, run => ["score", "--model", Model(folder), "--rollouts", run]),
        ["eval"] = Evaluated,
        ["select"] = folder => Selected(folder, "kept.jsonl", "--control", folder["work/control.jsonl"]),
        ["parquet"] = folder => Selected(folder, "kept.parquet"),
        ["export"] = folder => Selected(folder, "kept.parquet", "--for", "verl"),
        ["rank"] = folder => OfRun(folder, run => ["rank", run, "--window", "2", "--json"]),
        ["link"] = Linked,
        ["report"] = folder => OfRun(folder, run => ["report", run]),
        ["merge"] = Merged,
        ["data"] = folder => new WriteFaultCase(
            folder, ["data", "arithmetic", "--count", "5", "--seed", "3", "--out", folder["work/new/data.jsonl"]]),
        ["sft"] = Supervised,
    };

    /// <summary>All there are.</summary>
    internal static IEnumerable<string> Names => Makers.Keys;

    /// <summary>Makes what a command needs.</summary>
    internal static WriteFaultCase Of(string name, TempFolder folder)
    {
        Directory.CreateDirectory(folder["before"]);
        return Makers[name](folder);
    }

    private static WriteFaultCase Trained(TempFolder folder) => Trained(folder, []);

    // Where it had not begun, it is begun again.
    private static WriteFaultCase Trained(TempFolder folder, params string[] set)
    {
        string[] train = Train(folder, set);
        string run = folder["work/run"];
        var trained = new WriteFaultCase(
            folder, train, () => File.Exists(Path.Combine(run, "run.json")) ? ["train", "--resume", run] : train);

        // With all checkpoints, also those that are deleted on the way.
        HoneProcess.Run([.. train, "--set", "keep.best=0"]).Done();
        trained.KeepAsPassing();
        return trained;
    }

    // Killed while it wrote its last checkpoint, with the steps behind the one before in the log.
    private static WriteFaultCase Resumed(TempFolder folder)
    {
        Begin(folder);
        string settings = File.ReadAllText(folder["before/run/run.json"]);
        folder.WriteText("before/run/run.json", settings.Replace("\"best\": 0", "\"best\": 1", StringComparison.Ordinal));
        Directory.Move(folder["before/run/checkpoints/step-000003"], folder["before/run/checkpoints/step-000003.tmp"]);
        return new WriteFaultCase(folder, ["train", "--resume", folder["work/run"]]);
    }

    // Half of the scores are there, in another order.
    private static WriteFaultCase Scored(TempFolder folder)
    {
        string[] score = ["score", "--model", Model(folder), "--data", Data(folder), "--out"];
        HoneProcess.Run([.. score, folder["whole.jsonl"]]).Done();
        folder.Write("before/scores.jsonl", [.. File.ReadAllLines(folder["whole.jsonl"]).Skip(4).Reverse()]);
        return new WriteFaultCase(folder, [.. score, folder["work/scores.jsonl"]]);
    }

    private static WriteFaultCase Evaluated(TempFolder folder) => new(folder, [
        "eval", "--model", Model(folder), "--data", Data(folder), "--samples", "2", "--max-tokens", "3", "--temperature", "1",
        "--out", folder["work/new/eval"],
    ]);

    // Over files of an earlier selection.
    private static WriteFaultCase Selected(TempFolder folder, string output, params string[] more)
    {
        string data = Data(folder), scores = folder["scores.jsonl"];
        HoneProcess.Run("score", "--model", Model(folder), "--data", data, "--out", scores).Done();
        folder.Write($"before/{output}", "of before");
        string[] select = ["select", "--scores", scores, "--data", data, "--fraction", "0.5", "--out", folder["work/" + output]];
        return new WriteFaultCase(folder, [.. select, .. more]);
    }

    private static WriteFaultCase OfRun(TempFolder folder, Func<string, string[]> arguments)
    {
        Begin(folder);
        return new WriteFaultCase(folder, arguments(folder["work/run"]));
    }

    // Of a log without a run, so that nothing but the link is written, over one that is there.
    private static WriteFaultCase Linked(TempFolder folder)
    {
        Begin(folder);
        Directory.Move(folder["before/run/rollouts"], folder["rollouts"]);
        Directory.Move(folder["before/run/checkpoints"], folder["before/checkpoints"]);
        Directory.Delete(folder["before/run"], recursive: true);
        string[] rank = ["rank", folder["rollouts"], "--window", "2", "--checkpoints", folder["work/checkpoints"]];
        return new WriteFaultCase(folder, [.. rank, "--link", folder["work/best"]]);
    }

    // A checkpoint that stays, and the model.
    private static WriteFaultCase Supervised(TempFolder folder)
    {
        string run = folder["work/run"];
        string[] sft = ["sft", "--config", Sft(folder), "--set", $"out={run}", "--set", "steps=3", "--set", "save_every=2"];
        return new WriteFaultCase(folder, sft, () => File.Exists(Path.Combine(run, "run.json")) ? ["sft", "--resume", run] : sft);
    }

    private static WriteFaultCase Merged(TempFolder folder)
    {
        HoneProcess.Run(Train(folder, "lora.rank=2", "steps=1")).Done();
        Directory.Move(folder["work/run"], folder["run"]);
        string output = folder["work/new/merged"];
        string[] merge = ["merge", "--model", Model(folder), "--adapter", folder["run/checkpoints/step-000001"], "--out", output];
        return new WriteFaultCase(folder, merge, () => Directory.Exists(output) ? null : merge);
    }

    // A whole run with all its checkpoints, as the state to begin with.
    private static void Begin(TempFolder folder)
    {
        HoneProcess.Run(Train(folder, "keep.best=0")).Done();
        Directory.Move(folder["work/run"], folder["before/run"]);
    }

    // Three steps with a checkpoint after each, of which the keeper deletes one; evaluated and guarded.
    private static string[] Train(TempFolder folder, params string[] set)
    {
        string config = folder.Write("train.yaml",
            $"model: {Model(folder)}", $"data: {Data(folder)}", "steps: 3", "prompts_per_step: 4", "group_size: 4",
            "max_completion_tokens: 3", "save_every: 1", "optimizer: {learning_rate: 1e-3}", $"eval: {{data: {Data(folder)}, every: 2}}",
            "rank: {window: 1, hardest: 50}", "keep: {best: 1}", "guard: {spike: 1.2}");
        string[] all = [$"out={folder["work/run"]}", .. set];
        return ["train", "--config", config, .. all.SelectMany(pair => new[] { "--set", pair })];
    }

    // Says 1 or 2 to everything, so that some of its answers are right.
    private static string Model(TempFolder folder)
    {
        if (!Directory.Exists(folder["small"]))
        {
            HoneProcess.Run("sft", "--config", Sft(folder), "--set", $"out={folder["small"]}").Done();
        }

        return folder["small/model"];
    }

    private static string Sft(TempFolder folder) => folder.Write("sft.yaml",
        "new_model: {architecture: qwen3, hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, max_positions: 32}",
        $"data: {Data(folder)}", "steps: 60", "batch_size: 4", "optimizer: {learning_rate: 1e-2}");

    private static string Data(TempFolder folder) => folder.Write("data.jsonl", [
        .. Enumerable.Range(1, 8).Select(i => (Id: i, Answer: 1 + (i % 2))).Select(row =>
            $$"""{"id":"{{row.Id}}","prompt":"{{row.Id}}?","answer":"{{row.Answer}}","solution":"{{row.Answer}}"}"""),
    ]);
}
