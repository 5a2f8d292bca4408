using Hone.Engine.Kernels;
using Hone.Inference;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;
using Hone.Training.Evaluation;
using Hone.Training.Grpo;
using Hone.Training.Rewards;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Evaluation;

public sealed class HeldOutEvaluationTests : IDisposable
{
    private static readonly DataRow[] Rows =
        [.. Enumerable.Range(0, 6).Select(i => new DataRow($"h{i}", $"Held out {i}?", "42", null, null, default, i + 1))];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_goes_the_same_way_with_it_and_without()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 4, UpdatesPerBatch = 2 };
        using var plain = new TrainerCase(options);
        RunFolder without = RunFolder.Create(_folder["without"]), with = RunFolder.Create(_folder["with"]);
        Train(plain, without, options, every: null);
        using var evaluated = new TrainerCase(options);
        Train(evaluated, with, options, every: 1);
        Near.Exact("weights", plain.Policy.Parameters, evaluated.Policy.Parameters);
        Assert.All([1, 3], step => Assert.Equal(
            File.ReadAllBytes(without.RolloutFile(step)), File.ReadAllBytes(with.RolloutFile(step))));
        Assert.Equal([0, 1, 2, 3, 4], Steps(with));
        Assert.False(File.Exists(without.EvalsFile));
    }

    [Fact]
    public void It_comes_before_the_first_update_every_few_and_after_the_last()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 5 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        List<EvalLine> told = Train(run, folder, options, every: 2);
        Assert.Equal([0, 2, 4, 5], Steps(folder));
        Assert.Equal(told, EvalLine.ReadAll(folder.EvalsFile));
        Assert.All(told, line => Assert.Equal(("held", 6, 2), (line.DataSet, line.Prompts, line.Samples)));

        // The same weights give the same line: that of step 5 again, from outside of the run.
        using var text = Text(run);
        Assert.Equal(told[^1], new HeldOutEvaluation(text, "held", Rows, Options, 2).Evaluate(5, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void One_that_was_stopped_is_made_when_the_run_goes_on()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 3 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        using var stop = new CancellationTokenSource();
        int done = 0;
        Train(run, folder, options, every: 1, () => StopAt(++done, 13, stop), stop.Token);

        // Twelve completions before training, then one after the first step.
        Assert.Equal([0], Steps(folder));
        Assert.Equal([1], folder.Checkpoints.Select(checkpoint => checkpoint.Step));
        Train(run, folder, options, every: 1);
        Assert.Equal([0, 1, 2, 3], Steps(folder));
    }

    [Fact]
    public void Lines_of_steps_that_are_made_again_are_replaced()
    {
        GrpoOptions options = TrainerCase.Options with { Steps = 2 };
        using var run = new TrainerCase(options);
        RunFolder folder = RunFolder.Create(_folder["run"]);
        foreach (int step in new[] { 0, 1, 2 })
        {
            EvalLine.Append(folder.EvalsFile, new EvalLine(step, "stale", 1, 1, 1, 1, 1));
        }

        Train(run, folder, options, every: 1);
        Assert.Equal(["stale", "held", "held"], EvalLine.ReadAll(folder.EvalsFile).Select(line => line.DataSet));
    }

    private static EvaluationOptions Options { get; } = new()
    {
        Samples = 2, MaxTokens = 8, Seed = 9, Sampling = new SamplingRule(), Reward = new NumericAnswerReward(),
    };

    private static void StopAt(int done, int last, CancellationTokenSource stop)
    {
        if (done == last)
        {
            stop.Cancel();
        }
    }

    // Many ids end a completion, so that some are done well before others.
    private static LocalModel Text(TrainerCase run) => new(run.Policy, TinyPolicy.Tokenizer, [.. Enumerable.Range(0, 64)]);

    private static List<EvalLine> Train(
        TrainerCase run, RunFolder folder, GrpoOptions options, int? every, Action? progress = null, CancellationToken? cancel = null)
    {
        using LocalModel text = Text(run);
        var told = new List<EvalLine>();
        var training = new GrpoRun(run.Trainer, run.Policy, TinyPolicy.Tokenizer, folder, options)
        {
            SaveEvery = 10, Evaluated = told.Add,
            HeldOut = every is int steps
                ? new HeldOutEvaluation(text, "held", Rows, Options, steps) { Progress = (_, _) => progress?.Invoke() }
                : null,
        };
        training.Train(_ => { }, Assert.Fail, cancel ?? TestContext.Current.CancellationToken);
        return told;
    }

    private static int[] Steps(RunFolder folder) => [.. EvalLine.ReadAll(folder.EvalsFile).Select(line => line.Step)];
}
