using System.Diagnostics;
using System.Globalization;
using Hone.Training.Rewards;
using Hone.Training.Rewards.Verification;

namespace Hone.Training.Tests.Rewards.Verification;

public sealed class MathPropertyTests
{
    // The promise is 100 ms. The best of three runs keeps compilation out of it, the thread's own time a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    public static TheoryData<string, string> Hostile => new()
    {
        { "9^9^9^9", "9^{9^{9^{9}}}+1" },
        { "9^9^9^9", "1" },
        { "1e999999999", "1" },
        { "1e999", "10^{999}+1" },
        { new string('9', 1_000_000), new string('9', 999_999) + "8" },
        { new string('9', 1000), new string('9', 999) + "8" },
        { Nested("{", "7", "}", 100_000), "7" },
        { Nested("(", "7", ")", 400), "7" },
        { Nested("{", "7", "}", 400), "8" },
        { Nested(@"\{", "7", @"\}", 240), Nested(@"\{", "8", @"\}", 240) },
        { Nested(@"1\frac{", "1", "}2", 90), "1" },
        { Nested(@"\sqrt{", "2", "}", 120), Nested(@"\sqrt{", "3", "}", 120) },
        { Nested(@"\sqrt{2+", "2", "}", 58), Nested(@"\sqrt{2+", "3", "}", 58) },
        { Nested("e^{", "x", "}", 55), Nested("e^{", "x+1", "}", 55) },
        { Nested("(x+1)^{2}", "", "", 100), Nested("(x+2)^{2}", "", "", 100) },
        { Nested(@"\sin x\cos x+", "1", "", 60), Nested(@"\cos x\sin x+", "2", "", 60) },
        { Nested("x^{99}y^{99}+", "1", "", 70), Nested("y^{99}x^{99}+", "2", "", 70) },
        { Nested(@"\sqrt{10^{2000}+x}+", "1", "", 45), Nested(@"\sqrt{10^{2000}+x}+", "2", "", 45) },
        { Nested(@"\frac{1}{x+", "1", "}", 55), Nested(@"\frac{1}{x+", "2", "}", 55) },
        { Nested("x!", "", "", 300), "y" },
        { "300" + new string('!', 900), "1" },
        { string.Join(',', Enumerable.Range(100, 240)), string.Join(',', Enumerable.Range(101, 240).Reverse()) },
        { @"\{" + string.Join(',', Enumerable.Repeat("x", 450)) + @"\}", @"\{" + string.Join(',', Enumerable.Repeat("y", 450)) + @"\}" },
        { Nested(@"\pm ", "1+", "", 150) + "1", "1" },
        { Nested("|", "1", "|", 400), "1" },
        { @"2^{\sqrt{2}^{\sqrt{2}^{99}}}", "1" },
        { @"\sqrt{2} + 10^{-2400}", @"\sqrt{2}" },
        { @"e^{8000}\sqrt{2}", @"e^{8000}\sqrt{3}" },
        { Nested(@"\binom{300}{150}", "", "", 60), "1" },
        { Nested(@"\begin{pmatrix}", "1", @"\end{pmatrix}", 30), "1" },
        { new string('^', 1000), new string('_', 1000) },
        { new string('\\', 1000), "1" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_answers_are_told_apart_in_bounded_time(string a, string b)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int run = 0; run < 3; run++)
        {
            TimeSpan start = ThreadTime();
            Assert.False(MathEquality.Equal(a, b));
            TimeSpan taken = ThreadTime() - start;
            best = taken < best ? taken : best;
        }

        Assert.True(best < Limit, $"{best.TotalMilliseconds:F1} ms");
    }

    [Fact]
    public void A_hostile_completion_is_searched_in_bounded_time()
    {
        string box = @"\boxed{" + Nested("{", "7", "}", 100_000) + "}";
        TimeSpan start = ThreadTime();
        Assert.Equal(0.0, new MathReward().Score(new RewardInput("", box, "8")));
        Assert.Equal(0.0, new MathReward().Score(new RewardInput("", Nested("answer ", "", "", 100_000), "8")));
        Assert.True(ThreadTime() - start < 10 * Limit);
    }

    [Fact]
    public void Every_answer_equals_itself_and_itself_with_noise()
    {
        List<string> wrong = [];
        foreach (string text in Texts())
        {
            string[] same =
            [
                text, $" {text} ", $@"\,{text}\;", $@"\displaystyle {text}", text.Replace("(", @"\left(", StringComparison.Ordinal),
                text.Contains('$', StringComparison.Ordinal) || char.IsLetter(text[0]) ? text : $"${text}$",
                text.EndsWith('.') || text.EndsWith(',') ? text : text + ".",
            ];
            wrong.AddRange(same.Where(noisy => !MathEquality.Equal(text, noisy)).Select(noisy => $"{text}    {noisy}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Random_changes_never_throw_take_long_or_make_the_comparison_one_sided()
    {
        const int Pairs = 20_000;
        const string Letters = @"0123456789.,+-*/^_(){}[]|\ $%!=<>xyie:;&±π√";
        string[] texts = [.. Texts()];
        var random = new Random(20_251_109);
        TimeSpan slowest = TimeSpan.Zero;
        int equal = 0;
        for (int i = 0; i < Pairs; i++)
        {
            string a = texts[random.Next(texts.Length)];
            var b = new System.Text.StringBuilder(random.Next(4) == 0 ? texts[random.Next(texts.Length)] : a);
            for (int change = random.Next(1, 5); change > 0 && b.Length > 0; change--)
            {
                int at = random.Next(b.Length);
                switch (random.Next(3))
                {
                    case 0:
                        b.Remove(at, 1);
                        break;
                    case 1:
                        b.Insert(at, Letters[random.Next(Letters.Length)]);
                        break;
                    default:
                        int length = random.Next(b.Length - at + 1);
                        b.Insert(random.Next(b.Length), b.ToString(at, length));
                        break;
                }
            }

            string changed = b.ToString();
            TimeSpan start = ThreadTime();
            bool same = MathEquality.Equal(a, changed);
            TimeSpan taken = ThreadTime() - start;
            slowest = taken > slowest ? taken : slowest;
            Assert.True(same == MathEquality.Equal(changed, a), $"{a}    {changed}");
            equal += same ? 1 : 0;
        }

        // Compilation falls into some pair or other, hence ten times the promise.
        Assert.True(slowest < 10 * Limit, $"{slowest.TotalMilliseconds:F1} ms");
        Assert.InRange(equal, Pairs / 50, Pairs / 2);
    }

    private static IEnumerable<string> Texts() =>
        PairTables.Topics.Keys.Where(topic => topic is not ("text and choices" or "noise")).SelectMany(MathEqualityTests.Pairs).SelectMany(pair => new[] { pair.A, pair.B }).Distinct();

    // Processor time of this thread, where the system tells it.
    private static TimeSpan ThreadTime()
    {
        const string File = "/proc/thread-self/schedstat";
        return System.IO.File.Exists(File)
            ? TimeSpan.FromMicroseconds(long.Parse(System.IO.File.ReadAllText(File).Split(' ')[0], CultureInfo.InvariantCulture) / 1000.0)
            : Stopwatch.GetElapsedTime(0);
    }

    private static string Nested(string open, string middle, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth));
}
