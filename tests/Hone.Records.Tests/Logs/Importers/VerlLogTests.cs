using Hone.Records.Logs;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class VerlLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_legacy_trainer_names_no_prompt_and_its_request_is_one_completion()
    {
        _folder.Write("log/2.jsonl", """
            {"input": "user\nWhat?\nassistant\n", "output": "4", "gts": "4", "score": 1.0, "step": 2, "acc": true, "request_id": "a"}
            {"input": "user\nWhy?\nassistant\n", "output": "5", "gts": "4", "score": 0.0, "step": 2, "acc": false, "request_id": "b"}
            {"input": "user\nWhat?\nassistant\n", "output": "6", "gts": "4", "score": NaN, "step": 2, "acc": false, "request_id": "c"}
            """);
        _folder.Write("log/10.jsonl", """{"input": "user\nWhy?\nassistant\n", "output": "5", "gts": null, "score": 0.5, "step": 10}""");
        _folder.Write("log/metrics.jsonl", """{"step": 1, "data": {"critic/score/mean": 0.5}}""");
        RolloutLog log = LogsOf.Read(_folder["log"]);
        Assert.Equal(("verl", 0, 0, 2), (log.Format.Name, log.Format.StepOffset, log.Format.CheckpointOffset, log.Files.Count));
        Assert.Equal([2, 2, 10], log.Steps.ToArray());
        Assert.Equal([0, 1, 1], log.Prompts.ToArray());
        Assert.Equal([1, 0, 0.5], log.Rewards.ToArray());
        Assert.Equal((3, 1), (log.MissingLogprobs, log.SkippedRows));
        Assert.Equal(["rows_without_reward", "missing_steps"], log.Ids());
    }

    [Fact]
    public void Of_a_conversation_the_last_turn_counts_for_the_first_ones_prompt()
    {
        string path = _folder.Write("5.jsonl", """
            {"input":"q","output":"a","gts":"4","score":0.0,"step":5,"uid":"0b-1_0_0","mean_logprob":-1}
            {"input":"q a tool","output":"b","gts":"4","score":0.25,"step":5,"uid":"0b-1_0_1","mean_logprob":-2,"truncated":true}
            {"input":"q a tool b tool","output":"c","gts":"4","score":1.0,"step":5,"uid":"0b-1_0_2","mean_logprob":-3,"ref_mean_logprob":-4}
            {"input":"q","output":"a","gts":"4","score":0.5,"step":5,"uid":"0b-1_1_0","mean_logprob":-5}
            {"input":"","output":"","gts":"4","score":0.0,"step":5,"uid":"pad_0_0"}
            {"input":"r","output":"a","gts":"4","score":0.75,"step":5,"uid":"0b-2_0_0","mean_logprob":-6}
            """);
        RolloutLog log = LogsOf.Read(path);
        Assert.Equal([1, 0.5, 0.75], log.Rewards.ToArray());
        Assert.Equal([-3, -5, -6], log.MeanLogprobs.ToArray());
        Assert.Equal([-4, double.NaN, double.NaN], log.RefMeanLogprobs.ToArray());
        Assert.Equal([0, 0, 1], log.Prompts.ToArray());
        Assert.Equal([0, 1, 0], log.Samples.ToArray());
        Assert.Equal([false, false, false], log.Truncated.ToArray());
        Assert.Contains("3 rows were left out", log.Message("foreign_rows"), StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_dumps_are_left_out_or_warned_of()
    {
        const string Valid = """{"input":"q","output":"a","gts":"4","score":1.0,"step":3,"uid":"0b_0_0","reward":1.0,"acc":1.0}""";
        string path = _folder.Write("3.jsonl", Valid + "\n"
            + """{"input":"q","output":"a","gts":"4","score":0.5,"step":3,"uid":"0c_0_0"}""");
        RolloutLog log = LogsOf.Read(path);
        Assert.Equal([0.5], log.Rewards.ToArray());
        Bad.Input(() => LogsOf.Read(_folder.Write("only.jsonl", Valid)), "no rows but 1 rows of validation dumps");
        _folder.Write("val/0.jsonl", """{"input":"q","output":"a","gts":"4","score":1.0,"step":0}""");
        Assert.Contains("validation_dump", LogsOf.Read(_folder["val"]).Ids());
    }

    [Theory]
    [InlineData("""{"input":"q","output":"a","score":"high","step":1}""", "1.jsonl:1: field 'score' is 'high', expected a number")]
    [InlineData("""{"input":"q","output":"a","score":1,"step":"one"}""", "1.jsonl:1: field 'step' is 'one', expected a number")]
    [InlineData("""{"input":"q","output":"a","score":1,"step":1,"ou""", "1.jsonl:1: the line is cut off after")]
    public void Wrong_values_and_half_lines_are_errors_as_a_file_is_written_at_once(string line, string message) =>
        Bad.Input(() => LogsOf.Read(_folder.Write("1.jsonl", line), "verl"), message);
}
