using System.Text.Json;
using Hone.Training.Rewards;

namespace Hone.Training.Tests.Rewards;

public sealed class EqualityTests
{
    [Theory]
    [InlineData("27", "27")]
    [InlineData("27", "27.0")]
    [InlineData("27", " 27. ")]
    [InlineData("27", "+27")]
    [InlineData("27", "027")]
    [InlineData("27", "27.")]
    [InlineData("27", "$27.00")]
    [InlineData("27", @"\$27")]
    [InlineData("27", "$27$")]
    [InlineData("27", "27%")]
    [InlineData("27", @"27\%.")]
    [InlineData("27", "27 %")]
    [InlineData("1234", "1,234")]
    [InlineData("1,450,000", "1450000")]
    [InlineData("1234.5", "$1,234.50")]
    [InlineData("-12", "-$12")]
    [InlineData("-12", "$-12")]
    [InlineData("-12", "\u221212")]
    [InlineData("-12", "- 12")]
    [InlineData("0", "-0")]
    [InlineData("0.5", ".5")]
    [InlineData("0.5", "1/2")]
    [InlineData("0.5", @"\frac{1}{2}")]
    [InlineData("0.5", @"$\dfrac{2}{4}$")]
    [InlineData("-1/2", @"\frac{-1}{2}")]
    [InlineData("-1/2", "1/-2")]
    [InlineData("1/2", "-1/-2")]
    [InlineData("1/2", @"\frac{-1}{-2}")]
    [InlineData("1/2", @"-\frac{-1}{2}")]
    [InlineData("1/2", "2 / 4")]
    [InlineData("2", "4/2")]
    [InlineData("3/4", "0.75")]
    [InlineData("0.3", "0.30000000000000000000000000000")]
    [InlineData("1000", "1e3")]
    [InlineData("0.0015", "1.5E-3")]
    [InlineData("1e999", "10e998")]
    public void Same_number(string gold, string answer)
    {
        Assert.True(NumericEquality.Equal(gold, answer));
        Assert.True(NumericEquality.Equal(answer, gold));
    }

    [Theory]
    [InlineData("27", "28")]
    [InlineData("27", "-27")]
    [InlineData("27", "270")]
    [InlineData("27", "2.7")]
    [InlineData("27", "27.0001")]
    [InlineData("27", "27 28")]
    [InlineData("27", "27 eggs")]
    [InlineData("27", "x = 27")]
    [InlineData("27", "27..")]
    [InlineData("27", "--27")]
    [InlineData("1/2", "--1/2")]
    [InlineData("-1/2", "1/--2")]
    [InlineData("27", "twenty-seven")]
    [InlineData("27", "")]
    [InlineData("27", null)]
    [InlineData(null, "27")]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("yes", "yes")]
    [InlineData("1234", "12,34")]
    [InlineData("1234", "1 234")]
    [InlineData("1234567", "1234,567")]
    [InlineData("123", "0,123")]
    [InlineData("0.123", "0,123")]
    [InlineData("0.5", "50%")]
    [InlineData("1/3", "0.3333333333333333")]
    [InlineData("0.1", "0.1000000000000000055511151231257827")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("2", @"\frac{1}{2}")]
    [InlineData("2", "1/2")]
    [InlineData("1/0", "1/0")]
    [InlineData("1/2/2", "1/4")]
    [InlineData("/2", "/2")]
    [InlineData("1/", "1/")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("NaN", "NaN")]
    [InlineData("Infinity", "Infinity")]
    [InlineData("1e1000", "1e1000")]
    [InlineData("1e99999999999999999999", "1e99999999999999999999")]
    [InlineData("$", "$")]
    [InlineData(".", ".")]
    [InlineData("-", "-")]
    [InlineData("\u0663", "3")]
    public void Not_the_same_number(string? gold, string? answer)
    {
        Assert.False(NumericEquality.Equal(gold, answer));
        Assert.False(NumericEquality.Equal(answer, gold));
    }

    [Fact]
    public void Length_is_bounded_and_the_longest_numbers_are_exact()
    {
        string nines = new('9', ExactNumber.LongestText);
        string other = nines[..^1] + "8";
        Assert.True(NumericEquality.Equal(nines, nines));
        Assert.False(NumericEquality.Equal(nines, other));
        Assert.False(NumericEquality.Equal(nines + "9", nines + "9"));
        Assert.False(NumericEquality.IsNumber(nines + "9"));
        Assert.True(NumericEquality.IsNumber(nines));
    }

    [Fact]
    public void Never_throws_on_strings_of_number_letters()
    {
        const string Letters = "0123,./-+$%\\ eE{}frac";
        const int Strings = 20_000;
        Random random = new(20_251_109);
        int numbers = 0;
        for (int i = 0; i < Strings; i++)
        {
            string text = new(random.GetItems<char>(Letters, random.Next(12)));
            bool isNumber = NumericEquality.IsNumber(text);
            Assert.Equal(isNumber, NumericEquality.Equal(text, text));
            numbers += isNumber ? 1 : 0;
        }

        Assert.InRange(numbers, 100, Strings - 100);
    }

    [Theory]
    [InlineData("a b", " a \n\t b ", true)]
    [InlineData("", " ", true)]
    [InlineData("Yes", "yes", false)]
    [InlineData("a b", "ab", false)]
    [InlineData("ab", "a b", false)]
    [InlineData("a", "ab", false)]
    [InlineData("27", "27.0", false)]
    [InlineData(null, "", false)]
    [InlineData("", null, false)]
    public void Text_is_equal_but_for_white_space(string? gold, string? answer, bool expected) =>
        Assert.Equal(expected, ExactText.Equal(gold, answer));

    [Theory]
    [InlineData("gsm8k/test.jsonl", 1319)]
    [InlineData("gsm8k/train.jsonl", 7473)]
    public void Gsm8k_gold_solutions_earn_their_own_reward_and_not_the_next_ones(string file, int rows)
    {
        string[] solutions =
        [
            .. File.ReadLines(SharedData.File(file)).Select(line => Field(line, "answer")),
        ];
        string[] golds =
        [
            .. solutions.Select(solution => AnswerExtraction.Find(solution, order: [AnswerMethod.Hashes]).Text!),
        ];
        NumericAnswerReward reward = new();

        Assert.Equal(rows, golds.Length);
        for (int i = 0; i < rows; i++)
        {
            Assert.True(NumericEquality.Equal(golds[i], golds[i]), $"row {i}: {golds[i]}");
            Assert.Equal(1.0, reward.Score(new RewardInput("", solutions[i], golds[i])));
            Assert.Equal(1.0, reward.Score(new RewardInput("", $"It is ${golds[i]}.00.", golds[i])));
            Assert.Equal(0.0, reward.Score(new RewardInput("", solutions[i], golds[i] + "1")));
        }
    }

    // The data set's authors graded four models; our verdict on the same texts must be theirs.
    [Fact]
    public void Gsm8k_example_solutions_get_the_published_labels()
    {
        string[] models = ["6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"];
        NumericAnswerReward reward = new();
        List<string> disagreements = [];
        int correct = 0;
        int wrong = 0;
        foreach (string line in File.ReadLines(SharedData.File("gsm8k/example_model_solutions.jsonl")))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            string gold = AnswerExtraction.Find(row.RootElement.GetProperty("ground_truth").GetString()!).Text!;
            foreach (string model in models)
            {
                JsonElement graded = row.RootElement.GetProperty(model);
                string solution = graded.GetProperty("solution").GetString()!;
                bool label = graded.GetProperty("is_correct").GetBoolean();
                correct += label ? 1 : 0;
                wrong += label ? 0 : 1;
                if (label != (reward.Score(new RewardInput("", solution, gold)) == 1.0))
                {
                    disagreements.Add($"{model}, label {label}, gold {gold}: {solution}");
                }
            }
        }

        Assert.True(correct > 1000 && wrong > 1000, $"{correct} correct, {wrong} wrong");
        Assert.True(disagreements.Count == 0, string.Join("\n\n", disagreements.Take(20)));
    }

    private static string Field(string line, string name)
    {
        using JsonDocument row = JsonDocument.Parse(line);
        return row.RootElement.GetProperty(name).GetString()!;
    }
}
