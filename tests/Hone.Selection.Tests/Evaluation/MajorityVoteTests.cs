namespace Hone.Selection.Tests.Evaluation;

public class MajorityVoteTests
{
    private static readonly string?[] Answers = ["7", null, "9", "9", null, null, "7", "7"];
    private static readonly bool[] Correct = [false, false, true, true, false, false, false, false];

    [Theory]
    [InlineData(1, "7", 1, false)]
    [InlineData(3, "7", 1, false)] // 7 and 9 once each: 7 was seen first
    [InlineData(4, "9", 2, true)]
    [InlineData(6, "9", 2, true)] // three abstentions outvote nobody
    [InlineData(7, "7", 2, false)] // two each: 7 was seen first
    [InlineData(8, "7", 3, false)]
    public void By_hand(int k, string answer, int votes, bool correct) =>
        Assert.Equal(new VoteResult(answer, votes, correct), MajorityVote.Of(Answers, Correct, k));

    [Fact]
    public void No_answer_at_all_is_wrong() =>
        Assert.Equal(new VoteResult(null, 0, false), MajorityVote.Of([null, null], [true, true], 2));

    [Fact]
    public void Answers_are_compared_exactly() =>
        Assert.Equal(new VoteResult("x", 1, false), MajorityVote.Of(["x", "X"], [false, true], 2));

    [Fact]
    public void Bad_arguments_are_errors()
    {
        Assert.Throws<ArgumentException>(() => MajorityVote.Of(["1"], [], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MajorityVote.Of(["1"], [true], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => MajorityVote.Of(["1"], [true], 0));
    }
}
