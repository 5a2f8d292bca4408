using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Faults;

/// <summary>The `guard` section, and what is said of a run that ends for its numbers.</summary>
public sealed class TrainGuardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ALearningRateThatOverflowsTheWeightsEndsTheRunInOneLine()
    {
        Ran ran = HoneProcess.Run(Arguments("optimizer.learning_rate=1e39"));
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        string error = Assert.Single(ran.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal));
        string file = _folder["run/faults/step-000001.json"];
        Assert.Equal(
            $"error: {_folder["run"]}: stopped at step 1, for the update made a weight that is not a finite number; its batch is in {file}, "
            + "and no checkpoint was written yet. Hint: start a new run with a lower optimizer.learning_rate.",
            error);
        Assert.Equal(1, (int)JsonNode.Parse(File.ReadAllText(file))!["step"]!);
        Assert.False(Directory.Exists(_folder["run/checkpoints"]));
    }

    // The divergence is 0 until the second step, and overflows from there on.
    [Theory]
    [InlineData("stop", 1)]
    [InlineData("skip", 11)]
    public void AnOverflowingGradientStopsTheRunWithTheStateSaved(string response, int made)
    {
        Ran ran = HoneProcess.Run(Arguments("loss.kl_coefficient=1e300", $"guard.non_finite={response}", "steps=40", "save_every=100"));
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        string error = Assert.Single(ran.ErrorLines, line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Contains("the gradient norm is NaN; its batch is in ", error, StringComparison.Ordinal);
        Assert.Contains($"the newest checkpoint is that of step {made}. Hint: start a new run with --set model=", error, StringComparison.Ordinal);
        Assert.EndsWith("lower optimizer.learning_rate or guard.non_finite=skip.", error, StringComparison.Ordinal);
        Assert.Equal(made - 1, ran.ErrorLines.Count(line => line.StartsWith("warning: step ", StringComparison.Ordinal)));
        Assert.Equal(made, File.ReadAllLines(_folder["run/metrics.jsonl"]).Length);
        Assert.Equal(Math.Max(1, made - 1), Directory.GetFiles(_folder["run/faults"]).Length);

        // It stays resumable, and meets the same.
        Assert.Equal(1, HoneProcess.Run("train", "--resume", _folder["run"]).Code);
    }

    [Theory]
    [InlineData("guard: {non_finite: ignore}", "'guard.non_finite' is ignore, expected stop, skip.")]
    [InlineData("guard: {spike: 1}", "guard.spike is 1, expected 0 (off) or a number above 1.")]
    [InlineData("guard: {spike: NaN}", "'guard.spike' is NaN, expected a number.")]
    [InlineData("guard: {on_spik: skip}", "unknown key 'guard.on_spik'. Hint: did you mean 'guard.on_spike'?")]
    [InlineData("guard: skip", "'guard' is a value, expected a section of settings")]
    [InlineData("save_minutes: -1", "'save_minutes' is -1, expected a whole number of 0 or more")]
    public void AWrongSettingIsNamed(string line, string part) => _folder.Refuses(
        2, [part], ["train", "--config", TinyRun.Train(_folder, line), "--set", $"out={_folder["run"]}"]);

    // From before there was a guard: neither run.json nor the checkpoint says anything of it.
    [Fact]
    public void ARunFromBeforeThereWasAGuardGoesOn()
    {
        HoneProcess.Run(Arguments()).Done();
        Directory.Delete(_folder["run/checkpoints/step-000004"], recursive: true);
        JsonObject run = JsonNode.Parse(File.ReadAllText(_folder["run/run.json"]))!.AsObject();
        Assert.True(run["config"]!.AsObject().Remove("guard") && run["config"]!.AsObject().Remove("save_minutes"));
        _folder.WriteText("run/run.json", run.ToJsonString());
        _folder.WriteText("run/checkpoints/step-000002/trainer/state.json", "{\"step\":2}");
        File.Delete(_folder["run/checkpoints/step-000002/manifest.json"]);
        HoneProcess.Run("train", "--resume", _folder["run"]).Done();
        Assert.Equal(4, File.ReadAllLines(_folder["run/metrics.jsonl"]).Length);
    }

    private string[] Arguments(params string[] set) =>
        ["train", "--config", TinyRun.Train(_folder), "--set", $"out={_folder["run"]}", .. set.SelectMany(pair => new[] { "--set", pair })];
}
