using Hone.Records.Logs;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class OpenInstructLogTests : IDisposable
{
    private const string First = """{"step": 0, "sample_idx": 0, "prompt_idx": 0, "prompt_tokens": [1, 2], "response_tokens": [3, 4], "reward": 10.0, "advantage": 1.0, "finish_reason": "stop", "dataset": "gsm8k", "ground_truth": [4], "request_info": {"num_calls": 0, "tool_calleds": false}, "logprobs": [-0.5, -1.0]}""";
    private const string Second = """{"step": 0, "sample_idx": 1, "prompt_idx": 0, "prompt_tokens": [1, 2], "response_tokens": [3], "reward": 0.0, "advantage": -1.0, "finish_reason": "length", "dataset": "gsm8k", "ground_truth": null, "request_info": null, "logprobs": [-2.0]}""";
    private const string Third = """{"step": 1, "sample_idx": 0, "prompt_idx": 0, "prompt_tokens": [1], "response_tokens": [3], "reward": 0.0, "advantage": 0.0, "finish_reason": "stop", "dataset": "gsm8k", "ground_truth": [4], "request_info": null, "logprobs": null}""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_are_read_in_order_and_prompts_told_apart_by_their_tokens()
    {
        _folder.Write("log/a_rollouts_000000.jsonl", $"{First}\n{Second}\n");
        _folder.Write("log/a_rollouts_000001.jsonl", $"{Third}\n{First[..90]}");
        _folder.Write("log/a_metadata.jsonl", """{"run_name": "a", "git_commit": "0", "model_name": "m", "timestamp": "t"}""");
        _folder.Write("log/filtered/a_rollouts_000000.jsonl", First);
        RolloutLog log = LogsOf.Read(_folder["log"]);
        Assert.Equal(("open-instruct", 1, 2), (log.Format.Name, log.Format.StepOffset, log.Files.Count));
        Assert.Equal([1, 1, 2], log.Steps.ToArray());
        Assert.Equal([0, 0, 1], log.Prompts.ToArray());
        Assert.Equal([-0.75, -2, double.NaN], log.MeanLogprobs.ToArray());
        Assert.Equal([2, 1, 0], log.Tokens.ToArray());
        Assert.Equal([false, true, false], log.Truncated.ToArray());
        Assert.Equal(["filtered_log", "half_line", "reward_scale", "unequal_groups"], log.Ids());
        Assert.Contains("from 0 to 10", log.Message("reward_scale"), StringComparison.Ordinal);
        Assert.Contains("a_rollouts_000001.jsonl is half written", log.Message("half_line"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_runs_in_a_folder_the_newest_is_read()
    {
        string old = _folder.Write("log/a_rollouts_000000.jsonl", First);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-1));
        _folder.Write("log/b_rollouts_000000.jsonl", First.Replace("\"step\": 0", "\"step\": 5", StringComparison.Ordinal));
        RolloutLog log = LogsOf.Read(_folder["log"]);
        Assert.Equal([5], log.Steps.ToArray());
        Assert.Contains("unknown_start", log.Ids());
        Assert.Equal("the newest run, b, was read; a beside it was not", log.Message("other_runs"));
    }

    [Fact]
    public void A_damaged_line_that_is_not_the_last_is_an_error() =>
        Bad.Input(() => LogsOf.Read(_folder.Write("a_rollouts_000000.jsonl", $"{First}\n{Second[..90]}\n{Third}\n")),
            "a_rollouts_000000.jsonl:2: the line is cut off");
}
