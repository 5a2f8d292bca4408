using Hone.Records.Logs;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class SwiftLogTests : IDisposable
{
    private const string First = """{"step": ["1", "1"], "prompt": ["q", "r"], "completion": ["a", "b"], "Accuracy": [1.0, null], "Format": [0.5, NaN], "advantages": [0.5, -0.5], "num_turns": [1, 2], "mean_logprob": [-1.0, -2.0], "entropy": [0.1, 0.2]}""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_columns_between_completion_and_advantages_are_the_rewards()
    {
        string again = First.Replace("\"1\"", "\"2\"", StringComparison.Ordinal);
        string next = again.Replace("\"2\"", "\"3\"", StringComparison.Ordinal).Replace("[\"a\", \"b\"]", "[\"c\", \"d\"]", StringComparison.Ordinal);
        _folder.Write("out/completions.jsonl", $"{First}\n{again}\n{next}\n{next[..100]}");
        _folder.Write("out/logging.jsonl", """{"loss": 0.1, "reward": 0.5}""");
        RolloutLog log = LogsOf.Read(_folder["out"]);
        Assert.Equal(("ms-swift", 0, 2, 2), (log.Format.Name, log.Format.StepOffset, log.Count, log.SkippedRows));
        Assert.Equal([1, 3], log.Steps.ToArray());
        Assert.Equal([1.5, 1.5], log.Rewards.ToArray());
        Assert.Equal([-1.0, -1], log.MeanLogprobs.ToArray());
        Assert.Equal("the reward is Accuracy + Format; --reward-weight NAME=W says otherwise", log.Message("reward_columns"));
        Assert.Contains("2 rows were left out: completions of tables that were logged again", log.Message("foreign_rows"), StringComparison.Ordinal);
        Assert.Contains("half_line", log.Ids());
        Assert.Equal([1.0, 1], LogsOf.Read(_folder["out"], weights: ("Format", 0)).Rewards.ToArray());
        Assert.Equal([2.0, 2], LogsOf.Read(_folder["out"], weights: ("Format", 2)).Rewards.ToArray());
        Assert.Equal([0.5, 0.5], LogsOf.Read(_folder["out"], fields: ["reward=Format"]).Rewards.ToArray());
    }

    [Fact]
    public void Only_a_table_of_the_same_prompts_completions_and_rewards_was_logged_again()
    {
        string second = First.Replace("\"1\"", "\"2\"", StringComparison.Ordinal);
        string otherPrompts = second.Replace("[\"q\", \"r\"]", "[\"s\", \"t\"]", StringComparison.Ordinal);
        string otherRewards = second.Replace("[1.0, null]", "[0.0, null]", StringComparison.Ordinal);
        Assert.Equal([1, 2], Steps(otherPrompts));
        Assert.Equal([1, 2], Steps(otherRewards));
        Assert.Equal([1], Steps(second));

        int[] Steps(string next) => LogsOf.Read(_folder.Write("completions.jsonl", $"{First}\n{next}\n")).Steps.ToArray();
    }

    [Fact]
    public void Steps_of_a_generation_that_is_logged_again_are_covered()
    {
        string[] tables = [.. Enumerable.Range(1, 6).Select(step => First.Replace("\"1\"", $"\"{step}\"", StringComparison.Ordinal)
            .Replace("[\"a\", \"b\"]", $"[\"a{(step + 1) / 2}\", \"b\"]", StringComparison.Ordinal))];
        RolloutLog log = LogsOf.Read(_folder.Write("completions.jsonl", string.Join('\n', tables) + "\n"));
        Assert.Equal([1, 3, 5], log.Steps.ToArray());
        Assert.Equal((1, 6), (log.FirstStep, log.LastStep));
        Assert.DoesNotContain("sparse_steps", log.Ids());
    }

    [Fact]
    public void Second_tables_of_a_step_with_the_same_prompts_are_an_evaluation()
    {
        string[] tables =
        [
            At(1, "a", "q"), At(1, "b", "eval"), At(2, "a", "q"), At(3, "c", "s"), At(4, "d", "q"), At(4, "e", "eval"), At(5, "f", "s"),
        ];
        RolloutLog log = LogsOf.Read(_folder.Write("completions.jsonl", string.Join('\n', tables) + "\n"));
        Assert.Equal([1, 3, 4, 5], log.Steps.ToArray());
        Assert.Contains("the first of step 1, are evaluations", log.Message("evaluation_tables"), StringComparison.Ordinal);
        Assert.Contains("their 4 rows were left out", log.Message("evaluation_tables"), StringComparison.Ordinal);

        // Two generations a step are none.
        tables[5] = At(4, "e", "other");
        Assert.DoesNotContain("evaluation_tables", LogsOf.Read(
            _folder.Write("completions.jsonl", string.Join('\n', tables) + "\n")).Ids());

        static string At(int step, string completion, string prompt) => First.Replace("\"1\"", $"\"{step}\"", StringComparison.Ordinal)
            .Replace("[\"a\", \"b\"]", $"[\"{completion}\", \"b\"]", StringComparison.Ordinal)
            .Replace("[\"q\", \"r\"]", $"[\"{prompt}\", \"r\"]", StringComparison.Ordinal);
    }

    [Fact]
    public void The_megatron_trainer_counts_generations_from_0()
    {
        string path = _folder.Write("completions.jsonl",
            First.Replace("\"step\": [\"1\", \"1\"]", "\"gen_step\": [4, 4]", StringComparison.Ordinal));
        Assert.Equal([5], LogsOf.Read(path).Steps.ToArray());
    }

    [Theory]
    [InlineData("[\"q\", \"r\"]", "[\"q\"]", "the table has 1 prompts, and a column of 2 entries")]
    [InlineData("[\"1\", \"1\"]", "[\"1\", \"x\"]", "field 'step' is 'x', expected a number")]
    [InlineData("[\"1\", \"1\"]", "[\"1\", 1.5]", "'step' is no whole number in entry 2")]
    [InlineData("\"Accuracy\": [1.0, null], \"Format\": [0.5, NaN], ", "", "no column of rewards; the columns are step, prompt")]
    [InlineData("[1.0, null]", "[1.0, \"x\"]", "field 'Accuracy' is 'x', expected a number")]
    public void Odd_tables_are_named(string from, string to, string message) => Bad.Input(
        () => LogsOf.Read(_folder.Write("completions.jsonl", First.Replace(from, to, StringComparison.Ordinal))),
        "completions.jsonl:1: ", message);

    [Fact]
    public void Options_that_have_no_meaning_for_tables_are_refused()
    {
        string path = _folder.Write("completions.jsonl", First);
        Bad.Input(() => LogsOf.Read(path, weights: ("Formt", 0)), "no column 'Formt' to weigh", "Accuracy, Format");
        Bad.Input(() => LogsOf.Read(path, fields: ["logprobs=x"]), "--field logprobs=x", "has no such field");
        Bad.Input(() => LogsOf.Read(path, fields: ["reward=Format"], weights: ("Accuracy", 1)), "names the one reward already");
    }
}
