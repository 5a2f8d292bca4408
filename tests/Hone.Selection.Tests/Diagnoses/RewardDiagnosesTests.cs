using static Hone.Selection.Tests.Diagnoses.SimulatedRun;

namespace Hone.Selection.Tests.Diagnoses;

public class RewardDiagnosesTests
{
    [Fact]
    public void Reward_that_rises_by_its_format_alone()
    {
        RankingDiagnosis found = Find(DiagnosisIds.FormatOnly, Formatted(lastCorrect: 0.4))!;
        Assert.Equal(DiagnosisSeverity.Serious, found.Severity);
        Assert.Equal(0.4, found.Evidence["last_correct"], 0.06);
        Assert.Equal((0.3, 0.9), (Math.Round(found.Evidence["first_format_ok"], 1), Math.Round(found.Evidence["last_format_ok"], 1)));
        Assert.Contains("answers in the asked format went from", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reward_that_rises_with_right_answers_or_not_at_all_or_without_verdicts()
    {
        Assert.Null(Find(DiagnosisIds.FormatOnly, Formatted(lastCorrect: 0.7)));
        Assert.Null(Find(DiagnosisIds.FormatOnly, Spoilt((row, even) => row with { Reward = even < 0.5 ? 1 : 0, Correct = even < 0.5 })));
        Assert.Null(Find(DiagnosisIds.FormatOnly, [.. Formatted(0.4).Select(row => row with { Correct = null })]));
        Assert.Null(Find(DiagnosisIds.FormatOnly, [.. Formatted(0.4).Select(row => row with { Correct = true })]));
    }

    [Fact]
    public void A_log_that_is_silent_on_the_format_is_diagnosed_without_it()
    {
        RankingDiagnosis found = Find(DiagnosisIds.FormatOnly, [.. Formatted(0.4).Select(row => row with { FormatOk = null })])!;
        Assert.False(found.Evidence.ContainsKey("first_format_ok"));
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(18, DiagnosisSeverity.Note)]
    [InlineData(28, DiagnosisSeverity.Warning)]
    public void Groups_of_one_reward(int promptsOfOneReward, DiagnosisSeverity? expected)
    {
        RankingDiagnosis? found = Find(
            DiagnosisIds.ZeroVariance, Spoilt((row, _) => row.Prompt < promptsOfOneReward ? row with { Reward = row.Prompt % 4 < 2 ? 1 : 0 } : row));
        Assert.Equal(expected, found?.Severity);
        if (found is not null)
        {
            Assert.Equal(320, found.Evidence["groups"]);
            Assert.Equal(found.Evidence["zero_variance"], found.Evidence["all_highest"] + found.Evidence["all_lowest"]);
            Assert.InRange(found.Evidence["share"], promptsOfOneReward / 32.0, (promptsOfOneReward / 32.0) + 0.1);
        }
    }

    [Fact]
    public void Single_completions_are_no_groups_and_equal_rewards_have_a_warning_of_their_own()
    {
        Assert.Null(Find(DiagnosisIds.ZeroVariance, [.. Sound().Where(row => row.Sample == 0)]));
        Assert.Null(Find(DiagnosisIds.ZeroVariance, Spoilt((row, _) => row with { Reward = 1 })));
    }

    [Theory]
    [InlineData(0.98, true)]
    [InlineData(0.85, false)]
    public void Reward_near_its_highest(double lastChance, bool expected)
    {
        RankingDiagnosis? found = Find(
            DiagnosisIds.RewardSaturated, Spoilt((row, even) => row with { Reward = even < (row.Step <= Middle ? 0.5 : lastChance) ? 2 : -1 }));
        Assert.Equal(expected, found is not null);
        Assert.Null(Find(DiagnosisIds.RewardSaturated, Spoilt((row, _) => row with { Reward = 1 })));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void One_outlier_neither_hides_nor_makes_saturation(double outlier)
    {
        static RolloutScore[] Log(double outlier, double lastChance)
        {
            RolloutScore[] log = Spoilt((row, even) => row with { Reward = even < (row.Step <= Middle ? 0.5 : lastChance) ? 1 : 0 });
            log[^1] = log[^1] with { Reward = outlier };
            return log;
        }

        RankingDiagnosis found = Find(DiagnosisIds.RewardSaturated, Log(outlier, 0.98))!;
        Assert.Equal((0, 1), (found.Evidence["low"], found.Evidence["high"]));
        Assert.Equal(0.98, found.Evidence["reward"], 0.01);
        Assert.Equal(outlier > 0, found.Message.Contains("fewer than 1 % are higher, up to 1000", StringComparison.Ordinal));
        Assert.Null(Find(DiagnosisIds.RewardSaturated, Log(outlier, 0.5)));
    }

    [Fact]
    public void Rewards_that_hardly_any_completion_gets_or_lacks_are_measured_by_their_extremes()
    {
        Assert.Null(Find(DiagnosisIds.RewardSaturated, Spoilt((row, even) => row with { Reward = even < 0.005 ? 1 : 0 })));
        Assert.NotNull(Find(DiagnosisIds.RewardSaturated, Spoilt((row, even) => row with { Reward = even < 0.005 ? 0 : 1 })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void One_outlier_neither_hides_nor_makes_a_rise_by_format(int place)
    {
        // At either end of the log: in the last window it would widen the range, in the first one raise the variance too.
        RolloutScore[] hidden = Formatted(lastCorrect: 0.4);
        int index = place < 0 ? hidden.Length + place : place;
        hidden[index] = hidden[index] with { Reward = 1000 };
        RankingDiagnosis found = Find(DiagnosisIds.FormatOnly, hidden)!;
        Assert.Equal(0.65, found.Evidence["last_reward"], 0.03);
        RolloutScore[] sound = Formatted(lastCorrect: 0.7);
        sound[index] = sound[index] with { Reward = 1000 };
        Assert.Null(Find(DiagnosisIds.FormatOnly, sound));
    }

    // Half of the reward for the format, which 30 % learn to 90 %, and half for the answer, right in 40 % at first.
    private static RolloutScore[] Formatted(double lastCorrect)
    {
        SplitMix64 random = new(7);
        return Spoilt((row, even) =>
        {
            bool format = even < (row.Step <= Middle ? 0.3 : 0.9);
            bool correct = SplitMix64.Unit(random.Next()) < (row.Step <= Middle ? 0.4 : lastCorrect);
            return row with { FormatOk = format, Correct = correct, Reward = (format ? 0.5 : 0) + (correct ? 0.5 : 0) };
        });
    }
}
