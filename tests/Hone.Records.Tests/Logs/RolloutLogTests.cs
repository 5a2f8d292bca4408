using Hone.Records.Logs;
using Hone.Records.RunFolders;

namespace Hone.Records.Tests.Logs;

public sealed class RolloutLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_a_run_its_rollouts_folder_or_one_file()
    {
        RunFolder run = RunFolder.Create(_folder["run"]);
        RolloutFile.Write(run.RolloutFile(2), [Line(2, "b", 0, -0.5), Line(2, "a", 1, -0.75) with { Truncated = true }]);
        RolloutFile.Write(run.RolloutFile(1), [Line(1, "b", 3, double.NaN) with { RefMeanLogprob = null }]);
        File.WriteAllText(Path.Combine(run.RolloutsFolder, ".step-000003.jsonl.5.tmp"), "{\"half");
        RolloutLog log = RolloutLog.Read(run.Path);
        Assert.Equal([1, 2, 2], log.Steps.ToArray());
        Assert.Equal(["a", "b"], log.PromptIds);
        Assert.Equal([1, 1, 0], log.Prompts.ToArray());
        Assert.Equal([3, 0, 1], log.Samples.ToArray());
        Assert.Equal([double.NaN, -0.5, -0.75], log.MeanLogprobs.ToArray());
        Assert.Equal([double.NaN, -2, -2], log.RefMeanLogprobs.ToArray());
        Assert.Equal([1.0, 1, 1], log.Rewards.ToArray());
        Assert.Equal([false, false, true], log.Truncated.ToArray());
        Assert.Equal([5, 5, 5], log.Tokens.ToArray());
        Assert.Equal((3, 0, 1, 0, true),
            (log.Count, log.SkippedRows, log.MissingLogprobs, log.PositiveLogprobs, log.HasReference));
        Assert.Equal(3, RolloutLog.Read(run.RolloutsFolder).Count);
        Assert.Equal(2, RolloutLog.Read(run.RolloutFile(2)).Count);
    }

    [Fact]
    public void Reads_other_trainers_logs_through_a_map()
    {
        string path = _folder.WriteBytes("1.jsonl.gz", TempFolder.Gzip("""
            {"global_step":"7","meta":{"uid":10,"reward":9},"score":true,"lp":[-1,-2.5,-1.0],"why":"length","text":"\"score\": 3"}
            {"why":"stop","lp":[-1, NaN],"score":0.25,"global_step":7.0,"meta":{"uid":9},"mean_logprob":-8}
            {"global_step":7,"meta":{"x":[{"uid":1}],"uid":"10"},"score":"-0.5","lp":[],"why":null}
            {"global_step":8,"meta":{"uid":10},"score":1,"lp":null}
            {"global_step":8,"meta":{"uid":10},"score":NaN,"lp":[-1]}
            """));
        RolloutLog log = RolloutLog.Read(path, Fields(
            ["step=global_step", "prompt_id=meta.uid", "reward=score", "logprobs=lp", "truncated=why"]));
        Assert.Equal([7, 7, 7, 8], log.Steps.ToArray());
        Assert.Equal(["9", "10"], log.PromptIds);
        Assert.Equal([1, 0, 1, 1], log.Prompts.ToArray());
        Assert.Equal([0, 0, 1, 0], log.Samples.ToArray());
        Assert.Equal([1, 0.25, -0.5, 1], log.Rewards.ToArray());
        Assert.Equal([-1.5, double.NaN, double.NaN, double.NaN], log.MeanLogprobs.ToArray());
        Assert.Equal([3, 2, 0, 0], log.Tokens.ToArray());
        Assert.Equal([true, false, false, false], log.Truncated.ToArray());
        Assert.Equal((3, 1, false), (log.MissingLogprobs, log.SkippedRows, log.HasReference));
    }

    [Fact]
    public void Rows_may_differ_in_order_blanks_and_members()
    {
        RolloutLog log = RolloutLog.Read(_folder.Write("a", """
            {"step": 1, "prompt_id": "p", "reward": 1, "mean_logprob": -1}
            {"step":  2, "prompt_id":	"p" , "reward": 2, "mean_logprob":   -2 }
            {"step": 3, "reward": 3, "prompt_id": "p", "mean_logprob": -3}
            {"note": {"step": 9}, "step": 4, "mean_logprob": -4, "prompt_id": "p", "reward": 4}
            {"step": 5, "prompt_id": "p", "reward": 5, "mean_logprob": -5, "step_2": 9}
            {"step": 5, "step": 6, "prompt_id": "p", "reward": 6, "mean_logprob": -6}
            """));
        Assert.Equal([1, 2, 3, 4, 5, 6], log.Steps.ToArray());
        Assert.Equal([1.0, 2, 3, 4, 5, 6], log.Rewards.ToArray());
        Assert.Equal([-1.0, -2, -3, -4, -5, -6], log.MeanLogprobs.ToArray());
        string cut = _folder.Write("b", """
            {"step": 1, "prompt_id": "p", "reward": 1, "mean_logprob": -1}
            {"step": 
            {"step": 2, "prompt_id": "p", "reward": 1, "mean_logprob": -1}
            """);
        Assert.Contains(":2: ", Assert.Throws<InvalidDataException>(() => RolloutLog.Read(cut)).Message);
    }

    [Fact]
    public void An_array_stands_in_for_a_missing_mean_and_a_dotted_key_for_a_path()
    {
        RolloutLog log = RolloutLog.Read(
            _folder.Write("a", """{"step":1,"prompt_id":"p","reward.total":2,"logprobs":[-1,-3],"ref_logprobs":[-4]}"""),
            Fields(["reward=reward.total"]));
        Assert.Equal((2, -2, -4, 2), (log.Rewards[0], log.MeanLogprobs[0], log.RefMeanLogprobs[0], log.Tokens[0]));
        log = RolloutLog.Read(_folder.Write("a", """{"step":1,"prompt_id":"p","reward":1,"mean_logprob":0.5}"""));
        Assert.Equal((-1, 1), (log.Tokens[0], log.PositiveLogprobs));
    }

    [Fact]
    public void Prompt_ids_sort_by_value_only_where_all_are_whole_numbers()
    {
        Assert.Equal(["-1", "9", "10"], Ids("10", "9", "-1"));
        Assert.Equal(["10", "9", "x"], Ids("x", "9", "10"));
        Assert.Equal(["B", "a", "\u00e9"], Ids("\u00e9", "a", "B"));
    }

    [Fact]
    public void Files_of_a_folder_are_read_by_the_number_in_their_names()
    {
        foreach (int step in new[] { 10, 9, 2 })
        {
            _folder.Write($"log/{step}.jsonl", $"{{\"step\":{step},\"prompt_id\":1,\"reward\":0,\"mean_logprob\":-1}}");
        }

        Assert.Equal([2, 9, 10], RolloutLog.Read(_folder["log"]).Steps.ToArray());
    }

    [Fact]
    public void A_missing_field_is_answered_with_those_that_are_there()
    {
        string path = _folder.Write("a.jsonl",
            "{\"step\":1,\"uid\":3,\"score\":1,\"x\":{\"rollout_log_probs\":[1]},\"rollout_log_probs\":[-1]}\n");
        Bad.Input(() => RolloutLog.Read(path), "a.jsonl:1: no field 'prompt_id'",
            "the fields are step, uid, score, x.rollout_log_probs, rollout_log_probs", "--field prompt_id=uid");
        Bad.Input(() => Read("prompt_id=uid"), "no field 'reward'", "--field reward=score");
        Bad.Input(() => Read("prompt_id=uid", "reward=score"), "no field 'mean_logprob'", "--field logprobs=rollout_log_probs");
        Bad.Input(() => Read("prompt_id=uid", "reward=score", "logprobs=nope"), "no field 'nope'");
        Assert.Equal(-1, Read("prompt_id=uid", "reward=score", "logprobs=rollout_log_probs").MeanLogprobs[0]);

        RolloutLog Read(params string[] options) => RolloutLog.Read(path, Fields(options));
    }

    [Theory]
    [InlineData("\"step\":1.5", "field 'step' is '1.5', expected a whole number")]
    [InlineData("\"step\":null", "field 'step' is null, expected a whole number")]
    [InlineData("\"reward\":{\"total\":1}", "field 'reward' is an object, expected a number. Hint: name the field inside it")]
    [InlineData("\"reward\":\"good\"", "field 'reward' is 'good', expected a number")]
    [InlineData("\"reward\":1e200", "the reward is 1E+200, expected one from -1E+100 to 1E+100")]
    [InlineData("\"reward\":-1e101", "the reward is -1E+101, expected one from")]
    [InlineData("\"step\":-3", "the step is -3, expected 0 or more")]
    [InlineData("\"prompt_id\":[1]", "field 'prompt_id' is a list, expected text or a number")]
    [InlineData("\"logprobs\":3", "field 'logprobs' is '3', expected a list of numbers")]
    [InlineData("\"logprobs\":[[1]]", "field 'logprobs' is a list, expected a number")]
    public void A_wrong_value_is_named_with_file_line_and_field(string field, string message)
    {
        const string Good = "{\"step\":1,\"prompt_id\":1,\"reward\":0,\"mean_logprob\":-1}";
        string path = _folder.Write("a.jsonl", $"{Good}\n{Good[..^1]},{field}}}\n");
        Bad.Input(() => RolloutLog.Read(path), $"a.jsonl:2: {message}");
    }

    [Fact]
    public void An_empty_log_is_an_error()
    {
        Bad.Input(() => RolloutLog.Read(_folder.Write("a", "\n\n")), "a: the log has no rows");
        Bad.Input(() => RolloutLog.Read(_folder.Write("a", "{\"step\":1,\"prompt_id\":1,\"reward\":null,\"mean_logprob\":-1}")),
            "none of the 1 rows has a finite reward");
        _folder.Write("run/run.json", "{}");
        Bad.Input(() => RolloutLog.Read(_folder["run"]), "run: has no log that can be read", "CSV (.csv)", "name a run folder");
        _folder.Write("outer/inner/1.jsonl", "{\"step\":1,\"prompt_id\":1,\"reward\":1,\"mean_logprob\":-1}");
        Bad.Input(() => RolloutLog.Read(_folder["outer"]), "outer: has no log", $"there is a log in {_folder["outer/inner"]}");
        Assert.Throws<FileNotFoundException>(() => RolloutLog.Read(_folder["none"]));
    }

    [Fact]
    public void Real_log_of_the_logging_board()
    {
        string path = Shared.File("rl-logging-board/data.jsonl");
        RolloutLog log = RolloutLog.Read(path);
        Assert.Equal(("rl-logging-board", 1, 3000), (log.Format.Name, log.Format.StepOffset, log.MissingLogprobs));
        Assert.Equal((128, 0), (log.PromptIds.Count, log.SkippedRows));
        Assert.Equal(["sparse_steps", "uneven_steps", "reward_scale"], log.Findings.Select(finding => finding.Id));

        // The file has no log-probabilities; another number takes their place here. Its steps count from 0.
        log = RolloutLog.Read(path, Fields(["mean_logprob=ref_reward"]));
        Assert.Equal(3000, log.Count + log.SkippedRows);
        Assert.Equal(1, log.Steps[0]);
        Assert.Equal(2301, log.Steps[^1]);
        Assert.Equal(56, log.Steps.Count(2301));
        Assert.Equal((0.0625, 0.0625), (log.MeanLogprobs[0], log.Rewards[1]));
        Assert.Equal((128, 922), (log.PromptIds.Count, log.PositiveLogprobs));
        Assert.Equal(-228.8672619047608, log.Rewards.ToArray().Sum(), 1e-9);
    }

    private static LogOptions Fields(IEnumerable<string> options) => new() { Fields = FieldMap.ForRollouts(options) };

    private static RolloutLine Line(int step, string prompt, int sample, double logprob) => new(step, prompt, sample, "p",
        "c", "a", 1, new Dictionary<string, double>(), true, true, false, 5, logprob, 0, 0, 0, -2, 0, 1, 0);

    private IReadOnlyList<string> Ids(params string[] ids) => RolloutLog.Read(_folder.Write("ids", string.Join('\n', ids.Select(
        id => $"{{\"step\":1,\"prompt_id\":\"{id}\",\"reward\":0,\"mean_logprob\":-1}}")))).PromptIds;
}
