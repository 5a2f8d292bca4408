namespace Hone.Selection.Tests.Ranking;

public class ReferenceCodeReadingTests
{
    // Columns: step, prompt, sample, policy ANLL, reference ANLL, reward. Window of C = 3 with delta = 1: steps 2 and
    // 3.
    //   prompt 5: reference 0.8, 0.2, 0.5 -> mean 0.5, max reward 0; policy 0.1, 0.1, 0.1 -> mean 0.1
    //   prompt 6: reference 0.4, 0.5     -> mean 0.45, max reward 1; policy 0.9, 0.7     -> mean 0.8
    //   prompt 7: reference 0.5, 0.5     -> mean 0.5, max reward 2; policy 0.2, 0.2      -> mean 0.2
    //   prompt 8: reference 0.1          -> mean 0.1, max reward 4; policy 0.3
    // The row of step 1 is outside and would put prompt 8 first.
    private static readonly RolloutScore[] Table =
    [
        new(1, 8, 0, 9.0, 9.0, 4, false),
        new(2, 5, 0, 0.1, 0.8, 0, true),
        new(2, 5, 1, 0.1, 0.2, -1, false),
        new(2, 6, 0, 0.9, 0.4, 0, false),
        new(2, 6, 1, 0.7, 0.5, 1, false),
        new(3, 5, 0, 0.1, 0.5, -1, false),
        new(3, 7, 0, 0.2, 0.5, 2, false),
        new(3, 7, 1, 0.2, 0.5, 0, false),
        new(3, 8, 0, 0.3, 0.1, 4, false),
    ];

    [Theory]
    [InlineData(25, 1, 0.0, 0.5)] // 5 and 7 tie at 0.5: prompt 5 first
    [InlineData(50, 2, 1.0, 0.5)] // (0 + 2) / 2
    [InlineData(75, 3, 1.0, 0.45)] // (0 + 2 + 1) / 3
    [InlineData(100, 4, 1.75, 0.1)] // (0 + 2 + 1 + 4) / 4
    public void Prompts_rank_by_mean_reference_anll_and_score_their_maximum(
        double percent, int hard, double score, double threshold)
    {
        CheckpointScore checkpoint = Rank(Table, percent, out RankingResult result);
        Assert.Equal(UncertaintySource.Reference, result.Uncertainty);
        Assert.Equal((hard, 4, 8, 2), (checkpoint.Hard, checkpoint.Samples, checkpoint.Records, checkpoint.Steps));
        Assert.Equal(score, checkpoint.Score!.Value, Tolerance.Rounding);
        Assert.Equal(threshold, checkpoint.Threshold!.Value, Tolerance.Rounding);

        // Training reward stays a plain mean over records: (0 - 1 + 0 + 1 - 1 + 2 + 0 + 4) / 8.
        Assert.Equal(0.625, checkpoint.TrainReward);
        Assert.DoesNotContain(result.Warnings, w => w.Id == RankingWarningIds.ReferenceMissing);
    }

    [Theory]
    [InlineData(25, 1.0)] // prompt 6 at 0.8
    [InlineData(50, 2.5)] // then prompt 8 at 0.3: (1 + 4) / 2
    [InlineData(75, 7.0 / 3.0)] // then prompt 7 at 0.2
    public void Without_reference_numbers_the_policys_are_used_and_said_so(double percent, double score)
    {
        RolloutScore[] log = [.. Table.Select(r => r with { ReferenceAnll = double.NaN })];
        CheckpointScore checkpoint = Rank(log, percent, out RankingResult result);
        Assert.Equal(score, checkpoint.Score!.Value, Tolerance.Rounding);
        Assert.Equal(UncertaintySource.Policy, result.Uncertainty);
        Assert.Contains(result.Warnings, w => w.Id == RankingWarningIds.ReferenceMissing);
    }

    [Fact]
    public void Records_without_a_reference_number_are_not_mixed_in()
    {
        // Prompt 7 loses both: prompts 5, 6, 8 remain, and n = floor(0.75 * 3) = 2 gives (0 + 1) / 2.
        RolloutScore[] log = [.. Table.Select(r => r.Prompt == 7 ? r with { ReferenceAnll = double.NaN } : r)];
        CheckpointScore checkpoint = Rank(log, 75, out RankingResult result);
        Assert.Equal((2, 3, 6), (checkpoint.Hard, checkpoint.Samples, checkpoint.Records));
        Assert.Equal(0.5, checkpoint.Score!.Value, Tolerance.Rounding);
        RankingWarning warning = Assert.Single(result.Warnings, w => w.Id == RankingWarningIds.AnllNotFinite);
        Assert.StartsWith("2 of 9 rollouts left out", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncation_is_a_share_of_each_hard_prompts_completions()
    {
        // Prompt 5: one of three; prompt 7: none. Mean over the two prompts 1/6.
        CheckpointScore checkpoint = Rank(Table, 50, out _);
        Assert.Equal(1.0 / 6.0, checkpoint.Truncated!.Value, Tolerance.Rounding);
    }

    [Fact]
    public void Negative_prompt_numbers_sort_before_positive_ones()
    {
        RolloutScore[] log = [.. Table.Select(r => r.Prompt == 7 ? r with { Prompt = -7 } : r)];
        Assert.Equal(2.0, Rank(log, 25, out _).Score); // the tie at 0.5 now goes to the prompt with reward 2
    }

    private static CheckpointScore Rank(RolloutScore[] log, double percent, out RankingResult result)
    {
        RankingOptions options = new()
        {
            Reading = RankingReading.ReferenceCode,
            WindowSteps = 1,
            HardestPercent = percent,
        };
        result = CheckpointRanking.Rank(log, [3], options, 1);
        return Assert.Single(result.Checkpoints);
    }
}
