using System.Text;
using Hone.Mutation;
using Hone.Training.Rewards;
using Hone.Training.Rewards.Verification;

namespace Hone.Training.Tests.Rewards.Verification;

/// <summary>Whatever a model writes as its answer, the reward is 0 or 1, soon.</summary>
public sealed class MathMutationTests
{
    private static readonly string[] Words =
    [
        @"\frac", @"\frac{1}{", @"\sqrt[3]{", "^", "^{^{", "_", "!", "!!!", "**", @"\pi", "e", "i", @"\left(", @"\right]", @"\cup", @"\{", @"\pm",
        "10^10^10", "9999999999!", "(((((", ")))))", @"\boxed{", "}", "$", @"\infty", "%", @"\text{", @"\begin{pmatrix}", "&", @"\\", "=", @"\le", "1e9999", "½", "−",
    ];

    [Theory]
    [InlineData(@"\frac{3\sqrt{2}+1}{2}", "(3*sqrt(2)+1)/2")]
    [InlineData(@"x \in [-2, 7) \cup (9, \infty)", @"[-2,7) \cup (9,\infty)")]
    [InlineData(@"\begin{pmatrix} 1 & -\frac{1}{2} \\ 0 & e^{2} \end{pmatrix}", @"\begin{pmatrix}1&-0.5\\0&e^2\end{pmatrix}")]
    [InlineData(@"\{1, 2^{10}, \binom{5}{2}\}", "{1,1024,10}")]
    [InlineData(@"2\pi\sqrt[3]{8} + 5! - \log_{2} 8", @"4*pi+117")]
    public void Answers(string gold, string answer) => MutationRun.Check($"math answer {gold}", Encoding.UTF8.GetBytes(answer), bytes =>
    {
        string text = Encoding.UTF8.GetString(bytes);
        return MathEquality.Equal(gold, text) == MathEquality.Equal(text, gold)
            ? MathEquality.Equal(gold, text) ? true : throw new InvalidDataException("not equal")
            : throw new InvalidOperationException($"equality is not symmetric for {text}");
    }, words: Words);

    [Theory]
    [InlineData(RewardFactory.Math)]
    [InlineData(RewardFactory.NumericAnswer)]
    public void Completions(string reward)
    {
        IReward rewards = RewardFactory.Create(reward);
        const string Completion = "So 3 + 4 = 7.\n<answer>7</answer> Thus \\boxed{\\frac{14}{2}} and\n#### 7,000.50\nThe final answer is: **7**.";
        MutationRun.Check($"completion ({reward})", Encoding.UTF8.GetBytes(Completion), bytes =>
        {
            string text = Encoding.UTF8.GetString(bytes);
            double score = rewards.Score(new RewardInput("q", text, "7", false));
            Assert.Contains(score, (double[])[0, 1]);
            return score > 0 ? true : throw new InvalidDataException("no reward");
        }, words: Words);
    }
}
