using Hone.Records.Logs;
using Hone.Records.Tests.Parquet;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class TrlLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_of_doubles_between_completion_and_advantage_are_rewards()
    {
        Table(2, ("q", "a", "1.0::DOUBLE", "0.5::DOUBLE"), ("q", "b", "NULL", "'NaN'::DOUBLE"));
        Table(10, ("r", "c", "0.0::DOUBLE", "0.25::DOUBLE"));
        RolloutLog log = LogsOf.Read(_folder["out"]);
        Assert.Equal(("trl", 0, 2, 1), (log.Format.Name, log.Format.StepOffset, log.Count, log.SkippedRows));
        Assert.Equal([2, 10], log.Steps.ToArray());
        Assert.Equal(["7", "8"], log.PromptIds);
        Assert.Equal([1.5, 0.25], log.Rewards.ToArray());
        Assert.Equal([-1.5, -1.5], log.MeanLogprobs.ToArray());
        Assert.Contains("the reward is accuracy + format;", log.Message("reward_columns"), StringComparison.Ordinal);
        Assert.Equal([1.125, 0.0625], LogsOf.Read(_folder["out"], weights: ("format", 0.25)).Rewards.ToArray());
        Assert.Equal([0.5, 0.25], LogsOf.Read(_folder["out/completions"], fields: ["reward=format"]).Rewards.ToArray());
        Bad.Input(() => LogsOf.Read(_folder["out"], weights: ("formt", 2)), "no column 'formt' to weigh", "accuracy, format");
        Bad.Input(() => LogsOf.Read(_folder["out"], fields: ["mean_logprob=prompt"]), "column 'prompt' is of kind Text, expected numbers");
    }

    [Fact]
    public void A_generation_that_is_logged_again_counts_once()
    {
        Table(1, ("q", "a", "1.0::DOUBLE", "0.0::DOUBLE"));
        Table(2, ("q", "a", "1.0::DOUBLE", "0.0::DOUBLE"));
        Table(3, ("q", "b", "1.0::DOUBLE", "0.0::DOUBLE"));
        Table(4, ("r", "b", "1.0::DOUBLE", "0.0::DOUBLE"));
        Table(5, ("r", "b", "0.0::DOUBLE", "0.0::DOUBLE"));
        Table(6, ("r", "b", "0.0::DOUBLE", "0.0::DOUBLE"));
        RolloutLog log = LogsOf.Read(_folder["out"]);
        Assert.Equal([1, 3, 4, 5], log.Steps.ToArray());
        Assert.Equal((1, 6), (log.FirstStep, log.LastStep));
        Assert.Contains("foreign_rows", log.Ids());
    }

    [Fact]
    public void Tables_of_an_evaluation_are_known_by_their_prompts_coming_back()
    {
        for (int step = 1; step <= 9; step++)
        {
            string prompt = step % 4 == 0 ? "eval" : $"q{step}";
            Table(step, (prompt, $"{step}", "1.0::DOUBLE", "0.0::DOUBLE"));
        }

        RolloutLog log = LogsOf.Read(_folder["out"]);
        Assert.Contains("2 of 9 tables, the first of step 4, are evaluations by their prompts", log.Message("evaluation_tables"),
            StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 5, 6, 7, 9], log.Steps.ToArray());
    }

    [Fact]
    public void Rows_of_any_parquet_file_are_read_through_a_map()
    {
        string path = DuckDb.Copy("""
            SELECT * FROM (VALUES (0, {'id': 7}, 'a', [-1.0, -2.0]::DOUBLE[], true), (1, {'id': 8}, 'b', ['NaN'::DOUBLE], false))
                t(u, extra, words, lp, ok)
            """, _folder["any.parquet"]);
        RolloutLog log = LogsOf.Read(path, fields: ["step=u", "prompt_id=extra.id", "logprobs=lp", "reward=ok"]);
        Assert.Equal(("parquet", 1), (log.Format.Name, log.Format.StepOffset));
        Assert.Equal([1, 2], log.Steps.ToArray());
        Assert.Equal(["7", "8"], log.PromptIds);
        Assert.Equal([-1.5, double.NaN], log.MeanLogprobs.ToArray());
        Assert.Equal([1.0, 0], log.Rewards.ToArray());
        Bad.Input(() => LogsOf.Read(path), "any.parquet:1: no field 'step'; the fields are u, extra.id, words, lp, ok");
        Bad.Input(() => LogsOf.Read(path, "trl"), "has no TRL completions");
        Bad.Input(() => LogsOf.Read(_folder.Write("cut.parquet", "PAR1 and no more")), "cut.parquet");
    }

    private void Table(int step, params (string Prompt, string Completion, string Accuracy, string Format)[] rows)
    {
        Directory.CreateDirectory(_folder["out/completions"]);
        string values = string.Join(", ", rows.Select(row => FormattableString.Invariant(
            $"({step}::BIGINT, '{row.Prompt}', '{row.Completion}', {row.Accuracy}, {row.Format}, -1.5::DOUBLE, {(row.Prompt == "q" ? 7 : row.Prompt.Length == 1 ? 8 : 100 + row.Prompt[^1])}::BIGINT, 3::BIGINT, 0.5::DOUBLE)")));
        DuckDb.Copy($"SELECT * FROM (VALUES {values}) t(step, prompt, completion, accuracy, format, mean_logprob, index, tries, advantage)",
            _folder[FormattableString.Invariant($"out/completions/completions_{step:D5}.parquet")]);
    }
}
