using Hone.Records.Logs;
using Hone.Records.Tests.Logs.Importers;

namespace Hone.Records.Tests.Logs;

public sealed class FindingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_ordinary_log_has_none() => Assert.Empty(Read(Steps(1, 2, 3, 4, 5, 6)).Findings);

    [Fact]
    public void Missing_and_sparse_steps_are_told_apart()
    {
        Assert.Equal("no rows of 5 of the steps between 1 and 9: 3 to 5, 7 to 8", Read(Steps(1, 2, 6, 9)).Message("missing_steps"));
        Assert.Contains("only one step in 10", Read(Steps(10, 20, 30)).Message("sparse_steps"), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_come_again_are_those_of_a_resumed_run()
    {
        Assert.Contains("3 in all (3 to 4, 6)", Read(Steps(1, 2, 3, 4, 5, 6, 3, 4, 6, 7)).Message("repeated_steps"), StringComparison.Ordinal);
        Assert.DoesNotContain("repeated_steps", Read(Steps(5, 4, 3, 2, 1)).Ids());
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 0, true)]
    public void Files_of_several_processes_share_steps_and_repeat_only_samples(int first, int second, bool repeated)
    {
        Write("node-1", first);
        Write("node-2", second);
        Assert.Equal(repeated, LogsOf.Read(_folder["log"]).Ids().Contains("repeated_steps"));

        void Write(string name, int sample) => _folder.Write($"log/{name}.jsonl", string.Concat(Enumerable.Range(1, 3).Select(
            step => Row(step, 1).Replace("}", $",\"sample\":{sample}}}\n", StringComparison.Ordinal))));
    }

    [Fact]
    public void Without_samples_a_copy_is_known_by_its_rows()
    {
        string rows = string.Join('\n', Steps(1, 2, 3));
        _folder.Write("log/node-1.jsonl", rows);
        _folder.Write("log/node-2.jsonl", rows.Replace("-1}", "-2}", StringComparison.Ordinal));
        Assert.DoesNotContain("repeated_steps", LogsOf.Read(_folder["log"]).Ids());
        _folder.Write("log/node-3.jsonl", string.Join('\n', Steps(2, 3, 4)));
        Assert.Contains("2 in all (2 to 3)", LogsOf.Read(_folder["log"]).Message("repeated_steps"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_two_files_are_named_after_is_there_twice()
    {
        _folder.Write("log/5.jsonl", Verl("a"));
        _folder.Write("log/05.jsonl", Verl("b"));
        _folder.Write("log/6.jsonl", Verl("c"));
        Assert.Contains("1 in all (5)", LogsOf.Read(_folder["log"]).Message("repeated_steps"), StringComparison.Ordinal);

        static string Verl(string prompt) => $"{{\"input\":\"{prompt}\",\"output\":\"a\",\"gts\":\"4\",\"score\":1.0}}\n";
    }

    [Fact]
    public void A_step_of_another_size_is_named_where_most_are_equal()
    {
        Assert.Contains("1 of 7 steps have other than 2 rows, the first step 4 with 4",
            Read(Steps(1, 2, 3, 4, 4, 5, 6, 7)).Message("uneven_steps"), StringComparison.Ordinal);
        Assert.DoesNotContain("uneven_steps", Read(Steps(1, 2, 2, 3, 3, 3)).Ids());
    }

    [Fact]
    public void A_log_of_mixed_groups_alone_was_filtered()
    {
        IEnumerable<string> mixed = Enumerable.Range(1, 30).SelectMany(step => new[] { Row(step, 0), Row(step, 1) });
        Assert.Contains("all 30 groups", Read(mixed).Message("filtered_groups"), StringComparison.Ordinal);
        Assert.DoesNotContain("filtered_groups", Read([.. mixed, Row(31, 1), Row(31, 1)]).Ids());
        Assert.DoesNotContain("filtered_groups", Read(mixed.Skip(2)).Ids());
        IEnumerable<string> graded = Enumerable.Range(1, 30).SelectMany(step => new[] { Row(step, 0), Row(step, 1.0 / step) });
        Assert.DoesNotContain("filtered_groups", Read(graded).Ids());
    }

    [Fact]
    public void Scales_unequal_groups_and_positive_log_probs_are_named()
    {
        Assert.Contains("from -1 to 0.5", Read([Row(1, -1), Row(1, 0.5)]).Message("reward_scale"), StringComparison.Ordinal);
        Assert.Contains("1 of 3 groups (a prompt's completions at one step) have other than 2 completions, from 1 to 2",
            Read([Row(1, 0), Row(1, 0), Row(2, 0), Row(3, 1), Row(3, 1)]).Message("unequal_groups"), StringComparison.Ordinal);
        Assert.Contains("1 of 2 completions", Read([Row(1, 0), Row(1, 0).Replace("-1}", "1}", StringComparison.Ordinal)])
            .Message("positive_logprobs"), StringComparison.Ordinal);
        Assert.Contains("1 rows without", Read([Row(1, 0), Row(1, double.NaN)]).Message("rows_without_reward"), StringComparison.Ordinal);
    }

    // Two rows a step.
    private static IEnumerable<string> Steps(params int[] steps) => steps.SelectMany(step => new[] { Row(step, 1), Row(step, 1) });

    private static string Row(int step, double reward) =>
        FormattableString.Invariant($"{{\"step\":{step},\"prompt_id\":\"a\",\"reward\":{reward},\"mean_logprob\":-1}}");

    private RolloutLog Read(IEnumerable<string> rows) => LogsOf.Read(_folder.Write("log.jsonl", string.Join('\n', rows)));
}
