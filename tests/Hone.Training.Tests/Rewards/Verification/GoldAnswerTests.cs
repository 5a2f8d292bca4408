using System.Text.Json;
using Hone.Training.Rewards;
using Hone.Training.Rewards.Verification;

namespace Hone.Training.Tests.Rewards.Verification;

/// <summary>The verifier on the gold answers and labelled solutions of real data sets.</summary>
public sealed class GoldAnswerTests
{
    private static readonly string[] Models = ["6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"];

    // Every two golds of a data set that differ as texts and are called equal, reviewed by hand: each is one answer, but
    // for a unit, which one of them leaves out.
    private static readonly Dictionary<string, string[]> Reviewed = new()
    {
        ["eval/math500.jsonl"] =
        [
            @"90^\circ   90", "5   x=5", "1,-2   -2,1", @"120^\circ   120", @"36   36^\circ", @"36   \$36", @"\frac{1}{4}   \frac14",
            @"30^\circ   30", @"10,\!080   10080", @"15   15\mbox{ cm}^2", @"2 \sqrt{5}   2\sqrt{5}",
        ],
        ["eval/amc23.jsonl"] = [],
        ["eval/aime24.jsonl"] = [],
        ["gsm8k/test.jsonl"] = ["5,600   5600", "14,000   14000"],
        ["gsm8k/train.jsonl"] =
        [
            "1080   1,080", "1200   1,200", "4000   4,000", "2,250   2250", "10,000   10000", "2000   2,000", "12,000   12000",
            "1600   1,600", "2,950   2950", "60000   60,000", "3285   3,285", "3000   3,000", "5000   5,000", "36000   36,000",
            "2500   2,500", "6600   6,600", "1250   1,250", "100,000   100000", "1152   1,152", "1800   1,800", "4096   4,096",
            "9000   9,000", "90000   90,000", "6000   6,000", "30,000   30000", "20,000   20000", "3400   3,400",
        ],
    };

    [Theory]
    [InlineData("eval/math500.jsonl", 500, 301)]
    [InlineData("eval/amc23.jsonl", 40, 25)]
    [InlineData("eval/aime24.jsonl", 30, 29)]
    [InlineData("gsm8k/test.jsonl", 1319, 353)]
    [InlineData("gsm8k/train.jsonl", 7473, 893)]
    public void Golds_equal_themselves_and_no_other_but_those_reviewed(string file, int rows, int different)
    {
        string[] all = [.. File.ReadLines(SharedData.File(file)).Select(Gold)];
        string[] golds = [.. all.Distinct()];
        Assert.Equal((rows, different), (all.Length, golds.Length));
        WrittenAnswer[] read = [.. golds.Select(WrittenAnswer.Read)];
        var reward = new MathReward();
        List<string> equal = [];
        for (int i = 0; i < golds.Length; i++)
        {
            Assert.True(MathEquality.Equal(golds[i], golds[i]), golds[i]);
            Assert.True(MathEquality.Equal(golds[i], $@"\left. {golds[i]} \right. "), golds[i]);
            Assert.Equal(1.0, reward.Score(new RewardInput("", $@"Thus $x$ is $\boxed{{{golds[i]}}}$, not 17.", golds[i])));
            Assert.Equal(1.0, reward.Score(new RewardInput("", golds[i], golds[i])));
            for (int j = i + 1; j < golds.Length; j++)
            {
                bool same = MathEquality.Equal(read[i], read[j]);
                if (same)
                {
                    equal.Add($"{golds[i]}   {golds[j]}");
                }
            }
        }

        Assert.True(Reviewed[file].Order(StringComparer.Ordinal).SequenceEqual(equal.Order(StringComparer.Ordinal)), string.Join('\n', equal));
    }

    // What cannot be read is compared as text only: of the golds these are the words.
    [Fact]
    public void Every_gold_that_is_not_words_is_read()
    {
        string[] unread =
        [
            .. File.ReadLines(SharedData.File("eval/math500.jsonl")).Select(Gold).Distinct()
                .Where(gold => WrittenAnswer.Read(gold) is { Meaning: null, Choice: null }).Order(StringComparer.Ordinal),
        ];
        Assert.Equal([@"\text{Evelyn}", @"\text{Navin}", @"\text{east}", @"\text{ellipse}", @"\text{even}"], unread);
    }

    // The data set's authors labelled four models' solutions by their last line, "A: ...".
    [Fact]
    public void Labels_of_the_example_solutions_are_met()
    {
        var reward = new MathReward();
        List<string> differing = [];
        int solutions = 0;
        int row = 0;
        foreach (string line in File.ReadLines(SharedData.File("gsm8k/example_model_solutions.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string truth = document.RootElement.GetProperty("ground_truth").GetString()!;
            string gold = truth[(truth.LastIndexOf("A:", StringComparison.Ordinal) + 2)..].Trim();
            foreach (string model in Models)
            {
                JsonElement solution = document.RootElement.GetProperty(model);
                var input = new RewardInput("", solution.GetProperty("solution").GetString()!, gold);
                solutions++;
                if ((reward.Score(input) == 1.0) != solution.GetProperty("is_correct").GetBoolean())
                {
                    differing.Add($"row {row} {model}: gold {gold}, found {reward.Extract(input)}");
                }
            }

            row++;
        }

        Assert.Equal(5276, solutions);
        Assert.True(differing.Count == 0, string.Join('\n', differing));
    }

    private static string Gold(string line)
    {
        using JsonDocument row = JsonDocument.Parse(line);
        JsonElement answer = row.RootElement.GetProperty("answer");
        string text = answer.ValueKind == JsonValueKind.String ? answer.GetString()! : answer.GetRawText();
        return AnswerExtraction.Find(text, order: [AnswerMethod.Hashes, AnswerMethod.WholeText]).Text!;
    }
}
