namespace Hone.Cli.Tests.Commands;

/// <summary>Supervised runs that were stopped and go on.</summary>
public sealed class SftResumeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("save_as: f32")]
    [InlineData("save_as: bf16")]
    [InlineData("lora: {rank: 2, dropout: 0.2}")]
    public void ARunThatWasStoppedGoesOnToTheSameBytes(string setting)
    {
        HoneProcess.Run(Arguments("straight", setting)).Done();
        Stop("training 2/4", setting);
        Assert.Equal(["step-000002"], Checkpoints());
        Assert.False(Directory.Exists(_folder["run/model"]));
        Ran resumed = HoneProcess.Run("sft", "--resume", _folder["run"]).Done();
        Assert.Contains("resuming run after step 2", resumed.Error, StringComparison.Ordinal);
        Assert.Empty(Checkpoints());
        Assert.Equal([1, 2, 3, 4], TempFolder.Lines(_folder["run/metrics.jsonl"]).Select(line => (int)line["step"]!));
        SameRun.Assert(_folder["straight"], _folder["run"]);
    }

    [Fact]
    public void ANewModelGoesOnToo()
    {
        string config = _folder.Write(
            "new.yaml", "new_model: {hidden_size: 16, layers: 1, heads: 2, tokens: ['<a>']}", "arithmetic: {count: 12, level: 1, seed: 4}",
            "steps: 4", "batch_size: 4", "save_as: bf16");
        HoneProcess.Run("sft", "--config", config, "--set", $"out={_folder["straight"]}").Done();
        Stop("training 3/4", ["sft", "--config", config, "--set", $"out={_folder["run"]}"]);
        HoneProcess.Run("sft", "--resume", _folder["run"]).Done();
        SameRun.Assert(_folder["straight"], _folder["run"]);
    }

    [Fact]
    public void CheckpointsThatAreDueStay()
    {
        HoneProcess.Run(Arguments("run", "save_every: 2")).Done();
        Assert.Equal(["step-000002"], Checkpoints());
        HoneProcess.Run("generate", "--model", _folder["run/checkpoints/step-000002"], "--prompt", "1+1=", "--max-tokens", "2").Done();
    }

    [Fact]
    public void OfThoseInBetweenTheNewestTwoStayUntilTheModelIsThere()
    {
        Stop("training 3/4", Arguments("run", "save_minutes: 1"), seconds: 60);
        Assert.Equal(["step-000002", "step-000003"], Checkpoints());
        File.AppendAllText(_folder["run/checkpoints/step-000003/trainer/state.json"], " ");
        Ran resumed = HoneProcess.Run("sft", "--resume", _folder["run"]).Done();
        Assert.Contains("put aside as step-000003.damaged", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("resuming run after step 2", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(["step-000003.damaged"], Checkpoints());
    }

    [Fact]
    public void ARunThatIsDoneSaysSo()
    {
        HoneProcess.Run(Arguments("run")).Done();
        byte[] model = File.ReadAllBytes(_folder["run/model/model.safetensors"]);

        // Killed while it took the last checkpoint away.
        Directory.CreateDirectory(_folder["run/checkpoints/step-000003.tmp"]);
        Assert.Equal(
            $"all 4 steps are made; model in {_folder["run/model"]}\n", HoneProcess.Run("sft", "--resume", _folder["run"]).Done().Output);
        Assert.Equal(model, File.ReadAllBytes(_folder["run/model/model.safetensors"]));
        Assert.Empty(Checkpoints());
    }

    [Fact]
    public void OtherDataIsRefused()
    {
        string data = _folder.Arithmetic("rows.jsonl", 12, level: 1, seed: 4);
        string config = _folder.Write("data.yaml", "model: arith-base", $"data: {data}", "steps: 4", "batch_size: 4");
        Stop("training 2/4", ["sft", "--config", config, "--set", $"out={_folder["run"]}"]);
        _folder.Arithmetic("rows.jsonl", 12, level: 1, seed: 5);
        _folder.Refuses(3, ["rows.jsonl", "is not the data that run began with", "expected it unchanged"], ["sft", "--resume", _folder["run"]]);
    }

    [Fact]
    public void AFullDiskEndsItWithTheLastCheckpointWhole()
    {
        HoneProcess.Run(Arguments("straight", "save_every: 3")).Done();
        long checkpoint = SizeOf("straight/checkpoints/step-000003");
        using var disk = new SmallDisk(_folder["disk"], checkpoint * 21 / 20 / 1024);
        Ran ran = HoneProcess.Run(Arguments("disk/run", "save_every: 3"));
        Assert.Equal(1, ran.Code);
        Assert.Contains("warning: the run may write ", ran.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            $"stopped after step 4, and the checkpoint of step 3 is whole. Hint: make room, then go on with: hone sft --resume {_folder["disk/run"]}",
            ran.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(["checkpoints", "metrics.jsonl", "prompts.jsonl", "run.json"], Names("disk/run"));
        disk.Resize(checkpoint * 4 / 1024);
        HoneProcess.Run("sft", "--resume", _folder["disk/run"]).Done();
        SameRun.Assert(_folder["straight"], _folder["disk/run"]);
    }

    private string[] Arguments(string run, params string[] settings) =>
        ["sft", "--config", TinyRun.Sft(_folder, settings), "--set", $"out={_folder[run]}"];

    private void Stop(string at, string setting) => Stop(at, Arguments("run", setting));

    // With a clock that jumps a minute each time there is a checkpoint after every step.
    private void Stop(string at, string[] arguments, int seconds = 10)
    {
        using var stop = new CancellationTokenSource();
        using var error = new StopAt(at, stop);
        Ran stopped = HoneProcess.Run(arguments, error, new JumpingTime(seconds), stop.Token);
        Assert.Equal(HoneCommand.Interrupted, stopped.Code);
        Assert.Matches($@"^stopped after step \d of 4; go on with: hone sft --resume {_folder["run"]}\n$", stopped.Output);
    }

    private string[] Checkpoints() => Names("run/checkpoints");

    private string[] Names(string folder) => Directory.Exists(_folder[folder])
        ? [.. Directory.EnumerateFileSystemEntries(_folder[folder]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    private long SizeOf(string folder) =>
        Directory.EnumerateFiles(_folder[folder], "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
