using System.Globalization;
using System.Text.RegularExpressions;
using Hone.Records.DataSets;

namespace Hone.Records.Tests.DataSets;

public sealed partial class ArithmeticTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Answers_and_steps_agree_with_another_evaluator(int level)
    {
        using var table = new System.Data.DataTable { Locale = CultureInfo.InvariantCulture };
        foreach (ArithmeticProblem problem in Arithmetic.Generate(1000, level, 5))
        {
            string expression = problem.Prompt[..^1];
            Assert.Equal('=', problem.Prompt[^1]);
            Assert.Equal(Convert.ToInt32(table.Compute(expression, ""), CultureInfo.InvariantCulture),
                int.Parse(problem.Answer, CultureInfo.InvariantCulture));
            string[] parts = problem.Solution.Split(" <answer> ");
            Assert.Equal($"{problem.Answer}</answer>", parts[1]);
            Assert.Equal(problem.Answer, Rewrite(expression, parts[0].Split(';')));
        }
    }

    [Fact]
    public void Expressions_keep_to_the_level_and_the_ranges()
    {
        IReadOnlyList<ArithmeticProblem> problems = Arithmetic.Generate(6000, 3, 1);
        int[] operators = new int[4];
        HashSet<string> seen = [];
        foreach (string expression in problems.Select(problem => problem.Prompt[..^1]))
        {
            Assert.Matches(@"^((?<![*\d])[2-9]\*([2-9]|1\d)(?![*\d])|[1-9]\d?(?!\*))([+-]((?<![*\d])[2-9]\*([2-9]|1\d)(?![*\d])|[1-9]\d?(?!\*)))*$", expression);
            operators[expression.Count(c => !char.IsAsciiDigit(c))]++;
            seen.UnionWith(Number().Matches(expression).Select(match => match.Value));
        }

        Assert.Equal(0, operators[0]);
        Assert.All(operators[1..], count => Assert.InRange(count, 1700, 2300));
        Assert.Equal(99, seen.Count);
        Assert.Contains(problems, problem => problem.Answer.StartsWith('-'));
        Assert.All(new[] { '+', '-', '*' }, sign => Assert.InRange(problems.Count(problem => problem.Prompt.Contains(sign)), 2000, 5000));
    }

    [Fact]
    public void The_same_seed_gives_the_same_set_for_ever()
    {
        Assert.Equal(Arithmetic.Generate(500, 4, 7), Arithmetic.Generate(500, 4, 7));
        Assert.Equal(Arithmetic.Generate(500, 4, 7).Take(100), Arithmetic.Generate(100, 4, 7));
        Assert.Empty(Arithmetic.Generate(20, 4, 7).Select(p => p.Prompt).Intersect(Arithmetic.Generate(20, 4, 8).Select(p => p.Prompt)));

        // From a second implementation. A change of these is a change of every data set that users have generated.
        Assert.Equal(["2-9*11-18=", "6*10+18=", "6*3="], Arithmetic.Generate(3, 3, 42).Select(problem => problem.Prompt));
        Assert.Equal("16-18=", Arithmetic.Generate(15_000, 1, 7)[^1].Prompt);
        Assert.Equal("arith-L3-S42-2", Arithmetic.Generate(3, 3, 42)[2].Id);
    }

    [Fact]
    public void Prompts_differ_and_those_excluded_do_not_occur()
    {
        string[] train = [.. Arithmetic.Generate(9000, 1, 1).Select(problem => problem.Prompt)];
        Assert.Equal(9000, train.Distinct().Count());
        string[] held = [.. Arithmetic.Generate(9000, 1, 2, train).Select(problem => problem.Prompt)];
        Assert.Equal(18_000, train.Concat(held).Distinct().Count());
    }

    [Fact]
    public void A_level_gives_all_its_prompts_and_not_one_more()
    {
        // 99*99 sums, as many differences, 8*18 products.
        const int All = (2 * 99 * 99) + (8 * 18);
        IReadOnlyList<ArithmeticProblem> all = Arithmetic.Generate(All, 1, 3);
        Assert.Equal(All, all.Select(problem => problem.Prompt).Distinct().Count());
        Bad.Input(() => Arithmetic.Generate(All + 1, 1, 3), "count is 19747, but level 1 has only 19746");
        Bad.Input(() => Arithmetic.Generate(1, 1, 4, all.Select(problem => problem.Prompt)), "fewer without those excluded");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 7)]
    public void Refuses_counts_and_levels_out_of_range(int count, int level) =>
        Bad.Input(() => Arithmetic.Generate(count, level, 1), "expected");

    [Fact]
    public void A_written_set_is_a_data_set()
    {
        IReadOnlyList<ArithmeticProblem> problems = Arithmetic.Generate(50, 2, -1);
        Arithmetic.Write(_folder["a.jsonl"], problems);
        DataSet set = DataSet.Read(_folder["a.jsonl"], requireAnswer: true);
        Assert.Equal(DataSetShape.Plain, set.Shape);
        Assert.Equal(problems, set.Rows.Select(row => new ArithmeticProblem(row.Id, row.Prompt, row.Answer!, row.Solution!)));
        Assert.Equal($$"""{"id":"arith-L2-S-1-0","prompt":"{{problems[0].Prompt}}","answer":"{{problems[0].Answer}}","solution":"{{problems[0].Solution}}"}""",
            File.ReadAllLines(_folder["a.jsonl"])[0]);
    }

    /// <summary>Applies each step to the text: the first product while there is one, else the first sum.</summary>
    private static string Rewrite(string expression, string[] steps)
    {
        foreach (string step in steps)
        {
            string[] sides = step.Split('=');
            Match next = expression.Contains('*') ? Product().Match(expression) : Sum().Match(expression);
            Assert.Equal(next.Value, sides[0]);
            expression = expression[..next.Index] + sides[1] + expression[(next.Index + next.Length)..];
        }

        return expression;
    }

    [GeneratedRegex(@"\d+\*\d+")]
    private static partial Regex Product();

    [GeneratedRegex(@"^-?\d+[+-]\d+")]
    private static partial Regex Sum();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
