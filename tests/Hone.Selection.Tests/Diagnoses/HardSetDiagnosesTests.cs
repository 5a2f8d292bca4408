using static Hone.Selection.Tests.Diagnoses.SimulatedRun;

namespace Hone.Selection.Tests.Diagnoses;

public class HardSetDiagnosesTests
{
    [Theory]
    [InlineData(RankingReading.Paper)]
    [InlineData(RankingReading.ReferenceCode)]
    public void A_sound_run_has_nothing_but_what_its_units_bring(RankingReading reading)
    {
        IReadOnlyList<RankingDiagnosis> found = Diagnose(Sound(), Options with { Reading = reading });

        // 32 prompts make 3 hard ones.
        Assert.Equal(reading == RankingReading.Paper ? [] : [DiagnosisIds.FewHard], found.Select(diagnosis => diagnosis.Id));
    }

    [Fact]
    public void A_log_without_usable_rows_has_nothing_to_diagnose()
    {
        Assert.Empty(Diagnose([]));
        Assert.Empty(Diagnose(Spoilt((row, _) => row with { Anll = double.NaN })));
    }

    [Theory]
    [InlineData(2.4, 30, null)]
    [InlineData(1.0, 12, DiagnosisSeverity.Warning)]
    [InlineData(0.5, 6, DiagnosisSeverity.Serious)]
    public void Few_hard_completions(double percent, int hard, DiagnosisSeverity? expected)
    {
        RankingDiagnosis? found = Find(DiagnosisIds.FewHard, Sound(), Options with { HardestPercent = percent });
        Assert.Equal(expected, found?.Severity);
        if (found is not null)
        {
            Assert.Equal(hard, found.Evidence["least_hard"]);
            Assert.Equal(0.5 / Math.Sqrt(hard), found.Evidence["standard_error"]);
            Assert.Equal("Rank with --hardest 3 or more, or with a longer --window.", found.NextStep);
        }
    }

    [Fact]
    public void A_short_log_is_not_told_to_take_half_of_it_for_hard()
    {
        RolloutScore[] log = [.. Sound().Where(row => row.Sample == 0 && row.Prompt < 4)];
        RankingDiagnosis found = Find(DiagnosisIds.FewHard, log)!;
        Assert.DoesNotContain("Rank with --hardest", found.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.02, true)]
    [InlineData(0.2, false)]
    public void Uncertainty_that_hardly_varies(double width, bool expected)
    {
        RankingDiagnosis? found = Find(
            DiagnosisIds.FlatUncertainty, Spoilt((row, even) => row with { Anll = 0.5 + (width * even) }));
        Assert.Equal(expected, found is not null);
        Assert.Equal(expected ? width / 2 : 0, found?.Evidence["interquartile_range"] ?? 0, 0.1 * width);
    }

    [Theory]
    [InlineData(0.6, true)]
    [InlineData(0.4, false)]
    public void Uncertainty_that_is_mostly_one_value(double share, bool expected)
    {
        RankingDiagnosis? found = Find(
            DiagnosisIds.FlatUncertainty, Spoilt((row, even) => even < share ? row with { Anll = 0.3 } : row));
        Assert.Equal(expected, found is not null);
        Assert.Equal(expected, found?.Message.Contains("one and the same uncertainty", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(0.5, null)]
    [InlineData(1.3, DiagnosisSeverity.Warning)]
    [InlineData(100.0, DiagnosisSeverity.Serious)]
    [InlineData(-100.0, DiagnosisSeverity.Serious)]
    public void Uncertainty_that_follows_length(double weight, DiagnosisSeverity? expected)
    {
        RankingDiagnosis? found = Find(
            DiagnosisIds.LengthExplains,
            Spoilt((row, even) => row with { Tokens = (int)(100_000 + (1000 * even) + (1000 * weight * (row.Anll - 0.2))) }));
        Assert.Equal(expected, found?.Severity);
        Assert.Equal(expected is null ? 0 : Math.Sign(weight), Math.Sign(found?.Evidence["spearman"] ?? 0));
        Assert.Equal(weight < 0, found?.Message.Contains("largely the short ones", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void Length_explains_nothing_where_it_is_unknown_or_is_what_is_ranked()
    {
        Assert.Null(Find(DiagnosisIds.LengthExplains, Spoilt((row, _) => row with { Tokens = -1 })));
        RolloutScore[] byLength = Spoilt((row, _) => row with { Anll = row.Tokens });
        Assert.NotNull(Find(DiagnosisIds.LengthExplains, byLength));
        Assert.Null(Find(DiagnosisIds.LengthExplains, byLength, Options with { Measure = "length" }));
    }

    [Fact]
    public void Hard_sets_made_of_truncated_completions()
    {
        RankingDiagnosis found = Find(
            DiagnosisIds.TruncationExplains, Spoilt((row, even) => row with { Truncated = row.Anll > 1.1 && even < 0.8 }))!;
        Assert.Equal(0.8, found.Evidence["hard_truncated"], 0.1);
        Assert.Equal(0.08, found.Evidence["window_truncated"], 0.02);
        Assert.Null(Find(DiagnosisIds.TruncationExplains, Spoilt((row, even) => row with { Truncated = even < 0.3 })));
        Assert.Null(Find(DiagnosisIds.TruncationExplains, Spoilt((row, even) => row with { Truncated = row.Anll > 1.1 && even < 0.1 })));
    }
}
