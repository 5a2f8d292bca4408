using Hone.Training.Rewards;

namespace Hone.Training.Tests.Rewards;

public sealed class AnswerExtractionTests
{
    [Theory]
    [InlineData("<answer>18</answer>", "18")]
    [InlineData("Thus <answer> 18 </answer>.", "18")]
    [InlineData("<answer>1</answer> no, <answer>2</answer>", "2")]
    [InlineData("<answer>\n  a  b\n</answer>", "a  b")]
    [InlineData("so <answer> 18", "18")]
    [InlineData("</answer> <answer> 18", "18")]
    [InlineData("<answer>1</answer> and <answer> 2", "1")]
    [InlineData("<answer><answer>5</answer></answer>", "5")]
    [InlineData("<answer>5</answer></answer>", "5")]
    public void The_last_closed_tag_wins_else_the_open_one(string completion, string expected) =>
        AssertFound(completion, expected, AnswerMethod.AnswerTag);

    [Theory]
    [InlineData("Q\nAssistant: <answer> ", "18</answer>", "18", AnswerMethod.AnswerTag)]
    [InlineData("Q\nAssistant: <answer>", "18", "18", AnswerMethod.AnswerTag)]
    [InlineData("Q\nAssistant: <answer>", "it is <answer>18</answer>", "18", AnswerMethod.AnswerTag)]
    [InlineData("Write it between <answer> and </answer>.", "3 and 4", "4", AnswerMethod.LastNumber)]
    [InlineData("Write it after <answer> please.", "3 and 4", "4", AnswerMethod.LastNumber)]
    [InlineData("Q", "18</answer>", "18", AnswerMethod.LastNumber)]
    public void A_prompt_that_ends_in_the_tag_opens_it(
        string prompt, string completion, string expected, AnswerMethod method) =>
        Assert.Equal(new ExtractedAnswer(expected, method), AnswerExtraction.Find(completion, prompt));

    [Theory]
    [InlineData(@"\boxed{18}", "18")]
    [InlineData(@"$\boxed{\frac{1}{2}}$ or so 7", @"\frac{1}{2}")]
    [InlineData(@"\boxed{1} then \boxed{2}", "2")]
    [InlineData(@"\boxed{a \boxed{b} c}", "b")]
    [InlineData(@"\boxed {x_{1}}", "x_{1}")]
    [InlineData(@"\fbox{9}", "9")]
    [InlineData(@"f = { open \boxed{5}", "5")]
    [InlineData(@"} closed \boxed{5}", "5")]
    [InlineData(@"\boxed{\{1, 2\}}", @"\{1, 2\}")]
    [InlineData(@"\boxed{\left\{ 1 \right.}", @"\left\{ 1 \right.")]
    [InlineData(@"\boxed{5} and an unfinished \boxed{6", "5")]
    public void The_last_balanced_box(string completion, string expected) =>
        AssertFound(completion, expected, AnswerMethod.Boxed);

    [Theory]
    [InlineData(@"\boxed{3", "3")]
    [InlineData(@"\\boxed{3}", "3")]
    [InlineData(@"\boxed 3", "3")]
    [InlineData(@"\boxed{3\}", "3")]
    public void What_is_no_box_falls_through(string completion, string expected) =>
        AssertFound(completion, expected, AnswerMethod.LastNumber);

    [Theory]
    [InlineData("1 + 1 = 2\n#### 2", "2")]
    [InlineData("#### 1\n#### 1,234 eggs\n\nQuestion: 7?", "1,234 eggs")]
    [InlineData("####\n2\n3", "2")]
    [InlineData("#### yes\r\nno", "yes")]
    public void The_line_after_the_last_hashes(string completion, string expected) =>
        AssertFound(completion, expected, AnswerMethod.Hashes);

    [Theory]
    [InlineData("The answer is 1,234.5.", "1,234.5")]
    [InlineData("5 eggs, then 27.", "27")]
    [InlineData("It costs $12", "12")]
    [InlineData("It costs $1,450,000.00!", "1,450,000.00")]
    [InlineData("a rise of 50%.", "50")]
    [InlineData("x = -3", "-3")]
    [InlineData("x = \u22123", "-3")]
    [InlineData("x = +3", "3")]
    [InlineData("a loss of -$12.50", "-12.50")]
    [InlineData(@"a loss of -\$12", "-12")]
    [InlineData("a loss of $-12", "-12")]
    [InlineData("(-3)", "-3")]
    [InlineData("5-3", "3")]
    [InlineData("5 - 3", "3")]
    [InlineData("(1+1)-3", "3")]
    [InlineData("n-3", "3")]
    [InlineData("between 10-20 of them", "20")]
    [InlineData("--3", "3")]
    [InlineData("one of 1,2,3", "3")]
    [InlineData("1234,567", "567")]
    [InlineData("1,2345", "2345")]
    [InlineData("1,234,5678", "5678")]
    [InlineData("it is .5", ".5")]
    [InlineData("version 1.2.3", "3")]
    [InlineData("it is 3/4.", "3/4")]
    [InlineData("on 1/2/2024", "2024")]
    [InlineData(@"it is $-\frac{1}{2}$", @"-\frac{1}{2}")]
    [InlineData("1.5e3 of them", "1.5e3")]
    [InlineData("2 eggs", "2")]
    [InlineData("A: 18\n", "18")]
    public void The_last_number(string completion, string expected) =>
        AssertFound(completion, expected, AnswerMethod.LastNumber);

    [Theory]
    [InlineData("")]
    [InlineData("no number here. $ % - / ,")]
    [InlineData("<answer> </answer>")]
    [InlineData("####")]
    [InlineData(@"\boxed{}")]
    public void Nothing_is_found_in(string completion) =>
        Assert.Equal(new ExtractedAnswer(null, AnswerMethod.None), AnswerExtraction.Find(completion));

    [Fact]
    public void Methods_are_tried_in_order()
    {
        const string All = @"<answer>1</answer> \boxed{2} then 4 #### 3";
        Assert.Equal("1", AnswerExtraction.Find(All).Text);
        Assert.Equal("2", AnswerExtraction.Find(All, order: [AnswerMethod.Boxed, AnswerMethod.AnswerTag]).Text);
        Assert.Equal("3", AnswerExtraction.Find(All, order: [AnswerMethod.Hashes]).Text);
        Assert.Equal(All, AnswerExtraction.Find(All, order: [AnswerMethod.WholeText]).Text);
        Assert.Equal("7", AnswerExtraction.Find("<answer></answer> 7").Text);
        Assert.Null(AnswerExtraction.Find("7", order: [AnswerMethod.Boxed]).Text);
        Assert.Throws<ArgumentException>(() => AnswerExtraction.Find("7", order: [AnswerMethod.None]));
    }

    [Fact]
    public void Boxes_are_remembered_to_a_fixed_depth_and_braces_balanced_beyond_it()
    {
        string Nested(int depth) => new string('{', depth) + @"\boxed{7}" + new string('}', depth);
        AnswerMethod[] order = [AnswerMethod.Boxed];
        Assert.Equal("7", AnswerExtraction.Find(Nested(BoxedAnswer.DeepestBox - 1), order: order).Text);
        Assert.Null(AnswerExtraction.Find(Nested(BoxedAnswer.DeepestBox), order: order).Text);
        Assert.Equal("8", AnswerExtraction.Find(Nested(BoxedAnswer.DeepestBox) + @"\boxed{8}", order: order).Text);
    }

    // Each would take minutes if any method were quadratic; together they take milliseconds.
    [Theory(Timeout = 20_000)]
    [InlineData(@"\boxed{", "}")]
    [InlineData(@"\boxed{", "")]
    [InlineData(@"\boxed   ", "")]
    [InlineData("{", "}")]
    [InlineData("<answer>", "</answer>")]
    [InlineData("<answer>", "")]
    [InlineData("</answer>", "<answer>")]
    [InlineData("####", "")]
    [InlineData("1,", "")]
    [InlineData("1/", "")]
    [InlineData("1,111", "")]
    [InlineData(@"\frac{1", "}")]
    [InlineData("1e", "")]
    public async Task A_hundred_thousand_repeats_take_linear_time(string open, string close)
    {
        const int Count = 100_000;
        string Repeat(string part) => string.Concat(Enumerable.Repeat(part, Count));
        string text = Repeat(open) + "7" + Repeat(close);
        IReadOnlyList<AnswerMethod> order = AnswerExtraction.DefaultOrder;
        ExtractedAnswer[] found = await Task.Run(
            () => order.Select(method => AnswerExtraction.Find(text, order: [method])).ToArray(),
            TestContext.Current.CancellationToken);

        // There is always the 7; what else is found depends on the method, but it stands in the text.
        Assert.Equal(AnswerMethod.LastNumber, found[^1].Method);
        Assert.All(found, answer => Assert.True(answer.Method == AnswerMethod.None || text.Contains(answer.Text!)));
    }

    private static void AssertFound(string completion, string expected, AnswerMethod method) =>
        Assert.Equal(new ExtractedAnswer(expected, method), AnswerExtraction.Find(completion));
}
