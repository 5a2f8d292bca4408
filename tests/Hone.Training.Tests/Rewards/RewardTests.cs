using Hone.Training.Rewards;

namespace Hone.Training.Tests.Rewards;

public sealed class RewardTests
{
    private const string Block = "2 + 2 = 4 <answer>4</answer>";

    [Theory]
    [InlineData(Block, "4", 1.0)]
    [InlineData(Block, "4.0", 1.0)]
    [InlineData(Block, "5", 0.0)]
    [InlineData("nothing", "4", 0.0)]
    [InlineData(Block, null, 0.0)]
    public void Numeric_answer(string completion, string? gold, double expected) =>
        Assert.Equal(expected, new NumericAnswerReward().Score(new RewardInput("", completion, gold)));

    [Fact]
    public void Numeric_answer_sees_the_tag_that_the_prompt_opened_and_the_order_given()
    {
        Assert.Equal(1.0, new NumericAnswerReward().Score(new RewardInput("<answer> ", "4</answer> 5", "4")));
        Assert.Equal(0.0, new NumericAnswerReward().Score(new RewardInput("", "4</answer> 5", "4")));
        Assert.Equal(0.0, new NumericAnswerReward([AnswerMethod.Boxed]).Score(new RewardInput("", Block, "4")));
    }

    [Theory]
    [InlineData("I say <answer> New  York </answer>", "New York", 1.0)]
    [InlineData("New York", "New York", 1.0)]
    [InlineData("in 1999 New York", "1999", 0.0)]
    [InlineData("new york", "New York", 0.0)]
    [InlineData("New York", null, 0.0)]
    public void Exact_text(string completion, string? gold, double expected) =>
        Assert.Equal(expected, new ExactTextReward().Score(new RewardInput("", completion, gold)));

    [Theory]
    [InlineData("", Block, 1.0)]
    [InlineData("", Block + " \n", 1.0)]
    [InlineData("", Block + " so", 0.0)]
    [InlineData("", Block + Block, 0.0)]
    [InlineData("", Block + "</answer>", 0.0)]
    [InlineData("", "<answer>" + Block, 0.0)]
    [InlineData("", "<answer> </answer>", 0.0)]
    [InlineData("", "<answer>4", 0.0)]
    [InlineData("", "4</answer>", 0.0)]
    [InlineData("", "</answer>4<answer>", 0.0)]
    [InlineData("", "<answer</answer>", 0.0)]
    [InlineData("", "4", 0.0)]
    [InlineData("", "", 0.0)]
    [InlineData("Q <answer> ", "4</answer>", 1.0)]
    [InlineData("Q <answer> ", Block, 0.0)]
    public void Format_wants_one_block_at_the_end(string prompt, string completion, double expected)
    {
        FormatReward reward = new();
        Assert.Equal(expected, reward.Score(new RewardInput(prompt, completion, null)));
        Assert.Equal(0.0, reward.Score(new RewardInput(prompt, completion, null, Truncated: true)));
    }

    [Theory]
    [InlineData("2 + 2\n#### 4\n", 1.0)]
    [InlineData("2 + 2\n#### 4\nand", 0.0)]
    [InlineData("#### 4\n#### 4", 0.0)]
    [InlineData("4 ####", 0.0)]
    [InlineData("4", 0.0)]
    public void Format_with_a_marker(string completion, double expected) =>
        Assert.Equal(expected, FormatReward.WithMarker("####").Score(new RewardInput("", completion, null)));

    [Theory]
    [InlineData(@"^\d+$", "42", 1.0)]
    [InlineData(@"^\d+$", "42x", 0.0)]
    [InlineData(@"(?=4)\d+", "x42", 1.0)]
    public void Format_with_a_pattern(string pattern, string completion, double expected) =>
        Assert.Equal(expected, FormatReward.WithPattern(pattern).Score(new RewardInput("", completion, null)));

    [Fact(Timeout = 20_000)]
    public async Task A_pattern_that_backtracks_without_end_scores_0_and_a_linear_one_is_finished()
    {
        const int Letters = 60;
        RewardInput input = new("", new string('a', Letters) + "!", null);
        TimeSpan limit = TimeSpan.FromMilliseconds(50);

        // The back-reference forces the backtracking engine, which tries the 2^59 ways to cut up the letters before the
        // "!".
        double backtracking = await Task.Run(
            () => FormatReward.WithPattern(@"^(a+)+\1$|!", limit).Score(input), TestContext.Current.CancellationToken);
        double linear = await Task.Run(
            () => FormatReward.WithPattern("^(a+)+$|!").Score(input), TestContext.Current.CancellationToken);

        Assert.Equal(0.0, backtracking);
        Assert.Equal(1.0, linear);
    }

    [Fact]
    public void Bad_patterns_and_markers_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => FormatReward.WithPattern("(["));
        Assert.ThrowsAny<ArgumentException>(() => FormatReward.WithMarker(" "));
    }

    [Fact]
    public void The_sum_is_weighted_and_its_parts_are_recorded_unweighted_in_order()
    {
        WeightedReward reward = RewardFactory.Create([new("format", 0.25), new("numeric_answer", 2.0)]);

        RewardVerdict right = reward.Judge(new RewardInput("", Block, "4"));
        Assert.Equal(2.25, right.Total);
        Assert.Equal([new("format", 1.0), new("numeric_answer", 1.0)], right.Components);
        Assert.True(right.Correct);
        Assert.True(right.FormatOk);
        Assert.Equal(new ExtractedAnswer("4", AnswerMethod.AnswerTag), right.Extracted);

        RewardVerdict wrong = reward.Judge(new RewardInput("", Block, "5"));
        Assert.Equal(0.25, wrong.Total);
        Assert.False(wrong.Correct);
        Assert.True(wrong.FormatOk);

        RewardVerdict loose = reward.Judge(new RewardInput("", "it is 4", "4"));
        Assert.Equal(2.0, loose.Total);
        Assert.True(loose.Correct);
        Assert.False(loose.FormatOk);
        Assert.Equal(2.0, reward.Score(new RewardInput("", "it is 4", "4")));
    }

    [Fact]
    public void Correctness_and_format_are_on_record_even_if_unpaid()
    {
        RewardVerdict paidForFormat = RewardFactory.Create([new("format", 1.0)]).Judge(new RewardInput("", Block, "5"));
        Assert.Equal((1.0, false), (paidForFormat.Total, paidForFormat.Correct));
        Assert.Single(paidForFormat.Components);

        RewardVerdict paidForText = RewardFactory.Create([new("exact_text", 1.0)])
            .Judge(new RewardInput("", "4.0", "4"));
        Assert.Equal((0.0, false, false), (paidForText.Total, paidForText.Correct, paidForText.FormatOk));
        Assert.Equal(AnswerMethod.WholeText, paidForText.Extracted.Method);
    }

    [Fact]
    public void Every_name_makes_the_reward_of_that_name() =>
        Assert.All(RewardFactory.Names, name => Assert.Equal(name, RewardFactory.Create(name).Name));

    [Theory]
    [InlineData("numeric_anwser", "numeric_answer")]
    [InlineData("exacttext", "exact_text")]
    [InlineData("Format", "format")]
    public void An_unknown_name_lists_the_valid_ones_and_offers_the_nearest(string name, string nearest)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => RewardFactory.Create([new(name, 1.0)]));
        Assert.Equal(
            $"Reward '{name}' is unknown, expected one of numeric_answer, math, exact_text, format. "
            + $"Hint: did you mean {nearest}?",
            error.Message);
    }

    [Fact]
    public void Sums_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RewardFactory.Create([]));
        Assert.Throws<ArgumentException>(() => RewardFactory.Create([new("format", double.NaN)]));
        Assert.Throws<ArgumentException>(() => RewardFactory.Create([new("format", 1.0), new("format", 1.0)]));
        WeightedReward bad = new([new RewardComponent(new Fixed(double.PositiveInfinity), 1.0)]);
        Assert.Throws<InvalidOperationException>(() => bad.Judge(new RewardInput("", "", null)));
    }

    private sealed class Fixed(double score) : IReward
    {
        public string Name => "fixed";

        public double Score(in RewardInput input) => score;
    }
}
