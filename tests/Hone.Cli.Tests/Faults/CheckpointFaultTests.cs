namespace Hone.Cli.Tests.Faults;

/// <summary>What becomes of a run whose newest checkpoint is damaged, or that two processes want to write.</summary>
public sealed class CheckpointFaultTests
{
    [Theory]
    [InlineData("model.safetensors", 1000)]
    [InlineData("trainer/optimizer.safetensors", 5000)]
    [InlineData("trainer/state.json", 3)]
    [InlineData("tokenizer.json", 100)]
    [InlineData("manifest.json", 20)]
    public void AFlippedBitInTheNewestCheckpointFallsBackToTheOneBefore(string file, int place)
    {
        using var folder = new TempFolder();
        Train(folder);
        TempFolder.Copy(folder["run"], folder["straight"]);
        string newest = folder["run/checkpoints/step-000004"];
        byte[] bytes = File.ReadAllBytes(Path.Combine(newest, file));
        bytes[place] ^= 4;
        File.WriteAllBytes(Path.Combine(newest, file), bytes);

        Ran resumed = HoneProcess.Run("train", "--resume", folder["run"]).Done();
        Assert.Contains($"warning: {newest}: ", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("it was put aside as step-000004.damaged", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("resuming run after step 2", resumed.Error, StringComparison.Ordinal);
        Directory.Delete(newest + ".damaged", recursive: true);
        SameRun.Assert(folder["straight"], folder["run"]);
    }

    [Fact]
    public void WithoutAWholeCheckpointNothingIsTouched()
    {
        using var folder = new TempFolder();
        Train(folder, "--set", "steps=2");
        File.AppendAllText(folder["run/checkpoints/step-000002/config.json"], " ");
        folder.Refuses(3, ["config.json has ", "no earlier checkpoint is whole"], ["train", "--resume", folder["run"]]);
    }

    [Fact]
    public void ASecondWriterIsRefusedAndReadersAreNot()
    {
        using var folder = new TempFolder();
        Train(folder);
        using (new FileStream(folder["run/.lock"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            folder.Refuses(3, ["another process is writing to this run"], ["train", "--resume", folder["run"]]);
            HoneProcess.Run("rank", folder["run"], "--window", "2").Done();
        }

        HoneProcess.Run("train", "--resume", folder["run"]).Done();
    }

    // Killed after the prompts were generated and before run.json was written.
    [Fact]
    public void ARunThatWasKilledBeforeItBeganIsBegunAnew()
    {
        using var folder = new TempFolder();
        Train(folder);
        folder.Write("again/prompts.jsonl", "half a li");
        folder.Refuses(3, ["the run folder is not empty"], Begin(folder, "again"));
        folder.WriteText("again/.lock", "");
        folder.WriteText("again/.lock.json", "{\"process\":999999999,\"started\":\"2020-01-01 00:00:00Z\",\"machine\":\"x\"}");
        HoneProcess.Run(Begin(folder, "again")).Done();
        SameRun.Assert(folder["run"], folder["again"]);

        // With prompts from elsewhere those of the killed run do not stay.
        File.Move(folder["again/prompts.jsonl"], folder["prompts.jsonl"]);
        Directory.Delete(folder["again"], recursive: true);
        folder.WriteText("again/prompts.jsonl", "");
        folder.WriteText("again/.lock", "");
        HoneProcess.Run([.. Begin(folder, "again"), "--set", "arithmetic.count=0", "--set", $"data={folder["prompts.jsonl"]}"]).Done();
        Assert.False(File.Exists(folder["again/prompts.jsonl"]));
    }

    // Half a checkpoint of a step that need not come again, a half-deleted one, and a half-written fault.
    [Fact]
    public void WhatAKilledRunLeftHalfWrittenGoesWhenItGoesOn()
    {
        using var folder = new TempFolder();
        Train(folder);
        string[] before = folder.Content;
        folder.Write("run/checkpoints/step-000003.tmp/model.safetensors", "half");
        folder.Write("run/faults/.step-000003.json.0123.tmp", "half");
        HoneProcess.Run("train", "--resume", folder["run"]).Done();
        Directory.Delete(folder["run/faults"]);
        Assert.Equal(before, folder.Content);
    }

    private static string[] Begin(TempFolder folder, string run) =>
        ["train", "--config", TinyRun.Train(folder), "--set", $"out={folder[run]}"];

    private static void Train(TempFolder folder, params string[] more) =>
        HoneProcess.Run(["train", "--config", TinyRun.Train(folder), "--set", $"out={folder["run"]}", .. more]).Done();
}
