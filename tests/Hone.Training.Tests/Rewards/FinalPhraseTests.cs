using Hone.Training.Rewards;

namespace Hone.Training.Tests.Rewards;

public sealed class FinalPhraseTests
{
    [Theory]
    [InlineData("The answer is 18.", "18")]
    [InlineData("the answer is: 18 eggs. I hope so.", "18 eggs")]
    [InlineData(@"Final Answer: The final answer is $\frac{1}{2}$. I hope it is correct.", @"\frac{1}{2}")]
    [InlineData(@"**Answer:** (3, 4]", "(3, 4]")]
    [InlineData(@"The answers are \(1\) and 2", "1")]
    [InlineData("The answer is 5.\nNo, the answer is 6.\nSo we stop at 7.", "6")]
    [InlineData("Answer: (B)", "(B)")]
    [InlineData("The answer is yes", "yes")]
    public void What_a_sentence_announces(string completion, string expected) => Assert.Equal(
        new ExtractedAnswer(expected, AnswerMethod.FinalPhrase), AnswerExtraction.Find(completion, order: AnswerExtraction.MathOrder));

    [Theory]
    [InlineData("The answer is 18 because 9 * 2 = 18", "18")]
    [InlineData("My answer island has 7 trees", "7")]
    [InlineData("She makes 18 dollars", "18")]
    [InlineData("A: 18", "18")]
    public void What_announces_no_answer_is_left_to_the_last_number(string completion, string expected) => Assert.Equal(
        new ExtractedAnswer(expected, AnswerMethod.LastNumber), AnswerExtraction.Find(completion, order: AnswerExtraction.MathOrder));

    [Theory]
    [InlineData(@"(-\infty, 2) \cup (3, \infty)")]
    [InlineData("18 dollars")]
    [InlineData("x = 3")]
    [InlineData("Evelyn")]
    [InlineData("9 * 2 = 18")]
    public void A_bare_answer_is_the_whole_text(string text) => Assert.Equal(
        new ExtractedAnswer(text, AnswerMethod.BareAnswer), AnswerExtraction.Find(text, order: AnswerExtraction.MathOrder));

    [Fact]
    public void Each_method_has_a_name() => Assert.Equal(
        Enum.GetValues<AnswerMethod>().Where(method => method != AnswerMethod.None).Order(), AnswerExtraction.Methods.Values.Order());

    [Fact]
    public void The_reward_named_math_reads_solutions_on_both_sides_in_the_order_given()
    {
        const string Completion = @"\boxed{\frac12} or 2";
        Assert.Equal(1.0, RewardFactory.Create("math").Score(new RewardInput("", Completion, "so it is\n#### 0.5")));
        Assert.Equal(0.0, RewardFactory.Create("math", [AnswerMethod.LastNumber]).Score(new RewardInput("", Completion, "0.5")));
        Assert.Equal(1.0, RewardFactory.Create("math").Score(new RewardInput("<answer>", "0.50</answer> 7", "1/2")));
        Assert.Equal(0.0, RewardFactory.Create("math").Score(new RewardInput("", Completion, null)));
    }
}
