using Hone.Records.Logs;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class NemoRlLogTests : IDisposable
{
    // Prompt of two tokens, completion of two or one, padding.
    private const string Wrapped = """{"content": [["q", "a"]], "rewards": [1.0], "input_lengths": [4], "token_ids": [[5, 6, 7, 8, 0]], "token_loss_mask": [[0, 0, 1, 1, 0]], "sample_loss_mask": [1.0], "advantages": [[0.5, 0.5, 0.5, 0.5, 0.0]], "generation_logprobs": [[0.0, 0.0, -1.0, -2.0, 0.0]], "prev_logprobs": [[0.0, 0.0, -3.0, -3.0, 0.0]], "idx": 0}""";
    private const string Plain = """{"content": "q b", "rewards": 0.0, "input_lengths": 3, "token_ids": [5, 6, 9, 0, 0], "token_loss_mask": [0, 0, 1, 0, 0], "sample_loss_mask": 1, "advantages": -0.5, "prev_logprobs": [0.0, 0.0, -4.0, 0.0, 0.0], "idx": 1}""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_may_be_wrapped_and_the_mean_is_over_the_completion()
    {
        _folder.Write("logs/train_data_step10.jsonl", Wrapped);
        _folder.Write("logs/train_data_step9.jsonl", $"{Wrapped}\n{Plain}\n");
        _folder.Write("logs/val_data_step9.jsonl", """{"content": [[]], "rewards": [1.0], "idx": 0}""");
        RolloutLog log = LogsOf.Read(_folder["logs"]);
        Assert.Equal(("nemo-rl", 0, 2), (log.Format.Name, log.Format.StepOffset, log.Files.Count));
        Assert.Equal([9, 9, 10], log.Steps.ToArray());
        Assert.Equal([0, 0, 0], log.Prompts.ToArray());
        Assert.Equal([-1.5, -4, -1.5], log.MeanLogprobs.ToArray());
        Assert.Equal([2, 1, 2], log.Tokens.ToArray());
        Assert.Equal([1.0, 0, 1], log.Rewards.ToArray());
        Assert.Contains("the log starts at step 9 and does not say whether nemo-rl counted from 0 or from 1: from 1 was taken",
            log.Message("unknown_start"), StringComparison.Ordinal);
    }

    [Fact]
    public void With_dynamic_sampling_the_filtered_rewards_belong_to_the_rows() => Assert.Equal(0.25, LogsOf.Read(_folder.Write(
        "train_data_step1.jsonl", Wrapped[..^1] + ", \"filtered_rewards\": [0.25]}")).Rewards[0]);

    [Fact]
    public void The_newest_numbered_run_is_read_and_steps_from_0_are_shifted()
    {
        _folder.Write("logs/exp_001/train_data_step1.jsonl", Plain);
        _folder.Write("logs/exp_010/train_data_step0.jsonl", Wrapped);
        _folder.Write("logs/exp_010/train_data_step1.jsonl", Wrapped);
        _folder.Write("logs/exp_011/notes.txt", "");
        RolloutLog log = LogsOf.Read(_folder["logs"]);
        Assert.Equal([1, 2], log.Steps.ToArray());
        Assert.Equal(1, log.Format.StepOffset);
        Assert.DoesNotContain("unknown_start", log.Ids());
        Assert.Equal("the newest run, exp_010, was read; exp_001 beside it was not", log.Message("other_runs"));
    }

    [Theory]
    [InlineData("\"token_loss_mask\"", "\"mask\"", "no field 'token_loss_mask'; the fields are content, rewards")]
    [InlineData("[1.0], \"input", "[\"x\"], \"input", "field 'rewards' is 'x', expected a number")]
    [InlineData("[[0.0, 0.0, -1.0, -2.0, 0.0]]", "[[0.0, 0.0, -1.0]]", "are fewer than the values of 'token_loss_mask'")]
    [InlineData("[[5, 6, 7, 8, 0]]", "3", "field 'token_ids' is '3', expected a list of numbers")]
    public void Odd_rows_are_named(string from, string to, string message) => Bad.Input(
        () => LogsOf.Read(_folder.Write("train_data_step1.jsonl", Wrapped.Replace(from, to, StringComparison.Ordinal))),
        "train_data_step1.jsonl:1: ", message);

    [Fact]
    public void Supervised_runs_write_no_rollouts_and_fields_cannot_be_mapped()
    {
        string path = _folder.Write("train_data_step1.jsonl", """{"content": "a", "input_lengths": [3], "idx": 0}""");
        Bad.Input(() => LogsOf.Read(path, "nemo-rl"), "train_data_step1.jsonl:1: no field 'token_ids'; the fields are content");
        Bad.Input(() => LogsOf.Read(path), "train_data_step1.jsonl:1: no field 'step'");
        Bad.Input(() => LogsOf.Read(_folder.Write("train_data_step2.jsonl", Wrapped), fields: ["reward=advantages"]),
            "--field reward=advantages", "nemo-rl logs are read by their own fields");
    }
}
