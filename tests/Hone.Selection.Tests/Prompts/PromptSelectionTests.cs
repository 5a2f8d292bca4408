namespace Hone.Selection.Tests.Prompts;

public class PromptSelectionTests
{
    // mu = (0.9 + 0.5 + 0.1 + 0.7 + 0.3) / 5 = 0.5; distances 0.4 0 0.4 0.2 0.2; scores 0.84 1 0.84 0.96 0.96.
    private static readonly double[] Five = [0.9, 0.5, 0.1, 0.7, 0.3];

    [Theory]
    [InlineData(SelectionRule.Fuzzy, 0.2, new[] { 1 })]
    [InlineData(SelectionRule.Fuzzy, 0.6, new[] { 1, 3, 4 })]
    [InlineData(SelectionRule.Confident, 0.4, new[] { 0, 3 })]
    [InlineData(SelectionRule.Unsure, 0.4, new[] { 2, 4 })]
    public void Rules_by_hand(SelectionRule rule, double fraction, int[] expected)
    {
        PromptSelectionResult result = Select(Five, rule, fraction);
        Assert.Equal(expected, result.Kept);
        Assert.Equal(0.5, result.Center, Tolerance.Rounding);
    }

    [Fact]
    public void Every_row_has_its_score_and_rank()
    {
        // Binary quarters are exact: mu = (1 + 0.5 + 0 + 0.75 + 0.25) / 5 = 0.5.
        PromptSelectionResult result = Select([1.0, 0.5, 0.0, 0.75, 0.25], SelectionRule.Fuzzy, 0.4);
        Assert.Equal(
            [
                new PromptRank(0.75, 4, false),
                new PromptRank(1.0, 1, true),
                new PromptRank(0.75, 5, false),
                new PromptRank(0.9375, 2, true),
                new PromptRank(0.9375, 3, false),
            ],
            result.Rows);
        Assert.Equal([1, 3], result.Kept);
    }

    [Theory]
    [InlineData(SelectionRule.Fuzzy)]
    [InlineData(SelectionRule.Confident)]
    [InlineData(SelectionRule.Unsure)]
    public void Ties_keep_data_set_order(SelectionRule rule)
    {
        double[] equal = new double[1000];
        Array.Fill(equal, 0.3);
        Assert.Equal(Enumerable.Range(0, 100), Select(equal, rule, 0.1).Kept);
    }

    [Fact]
    public void Tiny_probabilities_are_still_told_apart() =>
        Assert.Equal([1], Select([1e-30, 1e-40, 1e-35], SelectionRule.Unsure, 0.34).Kept);

    [Fact]
    public void A_fixed_center_moves_the_choice()
    {
        PromptSelectionOptions options = new() { Fraction = 0.2, Center = SelectionCenter.At(0.85) };
        PromptSelectionResult result = PromptSelection.Select(Five, options);
        Assert.Equal([0], result.Kept);
        Assert.Equal(0.85, result.Center);
    }

    [Theory]
    [InlineData(30, 0.1, 3)]
    [InlineData(100, 0.29, 29)] // 28.999999999999996 in binary
    [InlineData(1000, 0.57, 570)] // 569.9999999999999
    [InlineData(7473, 0.1, 747)] // GSM8K train
    [InlineData(29, 0.1, 2)]
    [InlineData(9, 0.1, 1)] // never none
    [InlineData(1, 0.0001, 1)]
    [InlineData(10, 1.0, 10)]
    [InlineData(1000000000, 0.0999999999, 99999999)] // 99,999,999.9 is not rounded up
    public void Kept_count_floors_the_written_fraction(int candidates, double fraction, int expected) =>
        Assert.Equal(expected, PromptSelection.KeptCount(candidates, fraction));

    [Fact]
    public void Kept_count_equals_decimal_arithmetic_for_every_percent()
    {
        for (int percent = 1; percent <= 100; percent++)
        {
            for (int n = 1; n <= 400; n++)
            {
                int expected = Math.Max(1, percent * n / 100);
                Assert.Equal(expected, PromptSelection.KeptCount(n, percent / 100.0));
                Assert.Equal(expected, CheckpointRanking.HardCount(n, percent));
            }
        }
    }

    [Fact]
    public void Random_depends_on_the_seed_alone()
    {
        double[] rising = [.. Enumerable.Range(0, 1000).Select(i => i / 1000.0)];
        IReadOnlyList<int> kept = Random(rising, 1).Kept;
        Assert.Equal(kept, Random([.. rising.Reverse()], 1).Kept);
        Assert.NotEqual(kept, Random(rising, 2).Kept);
        Assert.Equal(100, kept.Distinct().Count());
        Assert.Equal(kept.Order(), kept);
    }

    [Fact]
    public void Random_keeps_every_row_equally_often()
    {
        const int Rows = 50;
        const int Seeds = 4000;
        double[] rows = new double[Rows];
        int[] counts = new int[Rows];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            foreach (int row in Random(rows, seed).Kept)
            {
                counts[row]++;
            }
        }

        // Each row is kept with probability 5/50: 400 of 4,000, standard deviation sqrt(4000 * 0.1 * 0.9) = 19.
        double slack = Tolerance.StandardErrors * Math.Sqrt(Seeds * 0.1 * 0.9);
        Assert.All(counts, count => Assert.InRange(count, 400 - slack, 400 + slack));
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        Assert.Throws<ArgumentException>(() => Select([], SelectionRule.Fuzzy, 0.1));
        ArgumentException error =
            Assert.Throws<ArgumentException>(() => Select([0.1, double.NaN], SelectionRule.Fuzzy, 0.1));
        Assert.Contains("Value 1 is NaN", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Select(Five, SelectionRule.Fuzzy, 0.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Select(Five, SelectionRule.Fuzzy, 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Select(Five, SelectionRule.Fuzzy, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Select(Five, (SelectionRule)9, 0.1));
    }

    private static PromptSelectionResult Select(double[] probabilities, SelectionRule rule, double fraction) =>
        PromptSelection.Select(probabilities, new PromptSelectionOptions { Rule = rule, Fraction = fraction });

    private static PromptSelectionResult Random(double[] probabilities, ulong seed) =>
        PromptSelection.Select(probabilities, new PromptSelectionOptions { Rule = SelectionRule.Random, Seed = seed });
}
