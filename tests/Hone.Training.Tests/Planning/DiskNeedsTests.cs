using Hone.Engine.Files;
using Hone.Engine.Model.Lora;
using Hone.Records.RunFolders;
using Hone.Training.Checkpoints;
using Hone.Training.Grpo;
using Hone.Training.Planning;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Planning;

/// <summary>What a run will write, against what it has written.</summary>
public sealed class DiskNeedsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, false)]
    [InlineData(TensorDataType.F32, false)]
    [InlineData(TensorDataType.BF16, false)]
    [InlineData(null, true)]
    public void A_checkpoint_is_never_larger_than_foretold_nor_much_smaller(TensorDataType? saveAs, bool adapters)
    {
        const long Slack = 200 << 10;
        using var run = new TrainerCase(TrainerCase.Options, lora: adapters ? new LoraConfig { Rank = 4, Alpha = 8 } : null);
        run.Run(1);
        TrainingCheckpoint.Save(_folder["saved"], run.Policy, TinyPolicy.Tokenizer, run.Trainer.Optimizer, "base", saveAs, run.Trainer.Guard.State);
        long written = Size(_folder["saved"]);
        Assert.InRange(TrainingCheckpoint.Bytes(run.Policy, TinyPolicy.Tokenizer, saveAs), written, written + Slack);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Rollouts_are_at_most_what_was_foretold(bool withText, bool withTokens)
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 5, UpdatesPerBatch = 2 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        new GrpoRun(run.Trainer, run.Policy, TinyPolicy.Tokenizer, folder, options) { SaveText = withText, RecordTokens = withTokens }
            .Train(_ => { }, Assert.Fail, TestContext.Current.CancellationToken);
        DiskNeeds needs = DiskNeeds.Of(1000, 1, 0, options, made: 0, withText ? 20 : 0, withTokens);
        long written = Size(folder.RolloutsFolder);
        Assert.InRange(written, needs.RolloutBytes / 3, needs.RolloutBytes);
        Assert.Equal(needs.RolloutBytes + 1000, needs.Total);

        // Of three batches one is left.
        Assert.Equal(needs.RolloutBytes / 3, DiskNeeds.Of(1000, 1, 0, options, made: 4, withText ? 20 : 0, withTokens).RolloutBytes);
    }

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(1, 10, 3)]
    [InlineData(8, 10, 10)]
    [InlineData(int.MaxValue, 10, 10)]
    public void Of_checkpoints_count_those_that_are_there_at_a_time(int best, int due, int most) => Assert.Equal(
        most, DiskNeeds.Of(1, due, best, TrainerCase.Options, made: 0, promptBytes: 0, withTokens: false).Checkpoints);

    [Fact]
    public void A_run_of_any_length_has_a_size()
    {
        var options = new GrpoOptions
        {
            Steps = int.MaxValue, PromptsPerStep = int.MaxValue, GroupSize = int.MaxValue, MaxCompletionTokens = int.MaxValue,
        };
        int due = GrpoRun.DueAfter(0, 1, options);
        Assert.Equal(int.MaxValue, due);
        Assert.Equal(long.MaxValue, DiskNeeds.Of(long.MaxValue, due, 0, options, made: 0, promptBytes: 1000, withTokens: true).Total);
    }

    [Theory]
    [InlineData(0, 3, 1, 10, 4)]
    [InlineData(3, 3, 1, 10, 3)]
    [InlineData(9, 3, 1, 10, 1)]
    [InlineData(10, 3, 1, 10, 0)]
    [InlineData(0, 5, 1, 10, 2)]
    [InlineData(0, 3, 2, 13, 3)]
    [InlineData(0, 100, 1, 10, 1)]
    [InlineData(10, 10, 1, 10, 0)]
    public void Due_are_multiples_that_end_a_batch_and_the_last(int made, int saveEvery, int updatesPerBatch, int steps, int due) =>
        Assert.Equal(due, GrpoRun.DueAfter(made, saveEvery, new GrpoOptions { Steps = steps, UpdatesPerBatch = updatesPerBatch }));

    private static long Size(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
