using static Hone.Selection.Tests.Diagnoses.SimulatedRun;

namespace Hone.Selection.Tests.Diagnoses;

public class WindowDiagnosesTests
{
    [Theory]
    [InlineData(0.7, false)]
    [InlineData(0.4, true)]
    [InlineData(0.0, true)]
    [InlineData(1.5, false)]
    public void A_threshold_that_falls(double factor, bool expected)
    {
        RankingDiagnosis? found = Find(
            DiagnosisIds.ThresholdDrift, Spoilt((row, _) => row.Step > Middle ? row with { Anll = factor * row.Anll } : row));
        Assert.Equal(expected, found is not null);
        Assert.Equal(expected && factor > 0, found?.Evidence.ContainsKey("factor") ?? false);
        Assert.All(found?.Evidence.Values ?? [], value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("anll", true)]
    [InlineData("entropy", true)]
    [InlineData("reference", true)]
    [InlineData("length", false)]
    [InlineData("sum", false)]
    [InlineData("self-certainty", false)]
    public void A_threshold_is_spoken_of_as_the_measure_that_it_is(string? measure, bool ofCertainty)
    {
        RankingDiagnosis found = Find(
            DiagnosisIds.ThresholdDrift, Spoilt((row, _) => row.Step > Middle ? row with { Anll = 0.4 * row.Anll } : row),
            Options with { Measure = measure })!;
        string all = found.Message + found.NextStep;
        Assert.Equal(ofCertainty, all.Contains("surer", StringComparison.Ordinal));
        Assert.Equal(ofCertainty, all.Contains("entropy", StringComparison.Ordinal));
        Assert.Equal(!ofCertainty, all.Contains($"the measure ({measure})", StringComparison.Ordinal));
    }

    [Fact]
    public void A_measure_below_zero_has_no_factor()
    {
        Assert.Null(Find(DiagnosisIds.ThresholdDrift, Spoilt((row, _) => row with { Anll = row.Anll - (row.Step > Middle ? 30 : 20) })));
    }

    [Fact]
    public void Windows_of_other_prompts()
    {
        RankingDiagnosis found = Find(
            DiagnosisIds.DifferentPrompts, Spoilt((row, _) => row.Step > Middle ? row with { Prompt = 1000 + row.Prompt } : row))!;
        Assert.Equal((0, 0), (found.Evidence["common_prompts"], found.Evidence["common_share"]));
        Assert.Equal(DiagnosisSeverity.Warning, found.Severity);
        Assert.False(found.Evidence.ContainsKey("difference"));
    }

    [Fact]
    public void A_pick_that_loses_on_the_prompts_in_common_is_serious()
    {
        // The second window has 12 of the first's prompts and solves those less often; new, easier ones make it the pick.
        RolloutScore[] log = Spoilt((row, even) => row switch
        {
            { Step: <= Middle } => row with { Reward = even < 0.6 ? 1 : 0 },
            { Prompt: < 12 } => row with { Reward = even < 0.1 ? 1 : 0 },
            _ => row with { Prompt = 1000 + row.Prompt, Reward = 1 },
        });
        RankingDiagnosis found = Find(DiagnosisIds.DifferentPrompts, log)!;
        Assert.Equal(DiagnosisSeverity.Serious, found.Severity);
        Assert.Equal((40, 20, 12), (found.Evidence["pick"], found.Evidence["next_best"], found.Evidence["common_prompts"]));
        Assert.Equal(0.1, found.Evidence["pick_on_common"], 0.15);
        Assert.Equal(0.6, found.Evidence["next_best_on_common"], 0.2);
        Assert.Contains("step 20 is better", found.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_the_prompts_in_common_are_enough()
    {
        RolloutScore[] log = Spoilt((row, _) => row is { Step: > Middle, Prompt: >= 16 } ? row with { Prompt = 1000 + row.Prompt } : row);
        Assert.Null(Find(DiagnosisIds.DifferentPrompts, log));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(2, DiagnosisSeverity.Note)]
    [InlineData(6, DiagnosisSeverity.Warning)]
    public void Windows_with_fewer_steps(int missing, DiagnosisSeverity? expected)
    {
        RankingDiagnosis? found = Find(DiagnosisIds.StepsMissing, [.. Sound().Where(row => row.Step is < 3 || row.Step >= 3 + missing)]);
        Assert.Equal(expected, found?.Severity);
        if (found is not null)
        {
            Assert.Equal((20 - missing, 20, 20), (found.Evidence["least_steps"], found.Evidence["least_steps_step"], found.Evidence["possible_steps"]));
        }
    }

    [Theory]
    [InlineData(RankingReading.Paper, 20)]
    [InlineData(RankingReading.Paper, 30)]
    [InlineData(RankingReading.ReferenceCode, 20)]
    [InlineData(RankingReading.ReferenceCode, 10)]
    public void First_windows_are_not_asked_for_steps_before_the_log(RankingReading reading, int window)
    {
        RankingOptions options = Options with { WindowSteps = window, Reading = reading };
        Assert.Null(Find(DiagnosisIds.StepsMissing, Sound(), options));

        // A log that begins at step 7, and one of every third step.
        Assert.Null(Find(DiagnosisIds.StepsMissing, [.. Sound().Where(row => row.Step >= 7)], options));
        Assert.Null(Find(DiagnosisIds.StepsMissing, [.. Sound().Where(row => row.Step % 3 == 0)], options));
    }

    [Fact]
    public void A_hole_in_a_window_of_the_reference_codes_reading_is_found()
    {
        RankingOptions options = Options with { Reading = RankingReading.ReferenceCode };
        RankingDiagnosis found = Find(DiagnosisIds.StepsMissing, [.. Sound().Where(row => row.Step is < 24 or > 30)], options)!;
        Assert.Equal((14, 40, 21), (found.Evidence["least_steps"], found.Evidence["least_steps_step"], found.Evidence["possible_steps"]));
    }

    [Fact]
    public void Paired_score_by_hand()
    {
        static RolloutScore Row(int prompt, double anll, double reward) => new(1, prompt, 0, anll, double.NaN, reward, false);

        // Half of each prompt's completions, rounded down but at least one: prompt 1 has (1 + 0) / 2 against 1, prompt 2 has 1
        // against 0, prompt 3 is in one window only.
        RolloutScore[] first = [Row(1, 4, 1), Row(1, 3, 0), Row(1, 2, 1), Row(1, 1, 1), Row(2, 5, 1), Row(2, 1, 0), Row(3, 9, 1)];
        RolloutScore[] second = [Row(2, 3, 0), Row(1, 2, 1), Row(4, 9, 0)];
        PairedScore paired = PairedScore.Of(first, second, 50);
        Assert.Equal((2, 0.75, 0.5, 0.25), (paired.Prompts, paired.First, paired.Second, paired.Difference));

        // Differences -0.5 and 1: sample deviation 1.5 / sqrt(2), over sqrt(2).
        Assert.Equal(0.75, paired.StandardError, 1e-12);
        Assert.Equal(0, PairedScore.Of(first, [], 50).Prompts);
        Assert.True(double.IsNaN(PairedScore.Of(first, [], 50).Difference));
    }
}
