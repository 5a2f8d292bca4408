using System.Globalization;
using System.Text.Json;

namespace Hone.Records.DataSets;

/// <summary>Generates arithmetic prompts: data for trying things out, without a download, on a model of any
/// size.</summary>
public static class Arithmetic
{
    /// <summary>The highest level.</summary>
    public const int HighestLevel = 6;

    // Drawing all 19,746 prompts of level 1 takes some 30,000 tries for the last one. A row that finds nothing new in
    // far more is out of luck only where nothing new is left.
    private const int Tries = 1_000_000;

    // A prompt that is taken is drawn again with as many operators, or else short ones, of which there are few, would
    // grow rarer as a set grows. Only when that fails so often is the number of operators drawn again.
    private const int TriesBeforeAnotherLength = 64;

    /// <summary>Generates a set of different prompts. The first rows of a longer set are those of a shorter
    /// one.</summary>
    /// <param name="count">How many, from 1.</param>
    /// <param name="level">1 to 6: the most operators in an expression; each number of them is equally likely.</param>
    /// <param name="seed">The same seed gives the same set, on every machine.</param>
    /// <param name="excluding">Prompts that must not occur, so that a held-out set has none of the training
    /// set's.</param>
    /// <param name="directShare">Share of rows, 0 to 1, whose solution is the answer alone, without steps: what a policy
    /// learns to answer in both ways from. The prompts do not depend on it.</param>
    /// <exception cref="InvalidDataException">The level is unknown, or has not that many different prompts.</exception>
    public static IReadOnlyList<ArithmeticProblem> Generate(
        int count, int level, long seed, IEnumerable<string>? excluding = null, double directShare = 0)
    {
        if (!(directShare is >= 0 and <= 1))
        {
            throw RecordError.In("arithmetic", $"the direct share is {directShare}, expected 0 to 1",
                "0 writes every solution out, 1 none");
        }

        if (level is < 1 or > HighestLevel)
        {
            throw RecordError.In("arithmetic", $"level is {level}, expected 1 to {HighestLevel}",
                "the level is the most operators in an expression");
        }

        if (count < 1)
        {
            throw RecordError.In(
                "arithmetic", $"count is {count}, expected at least 1", "say how many prompts to make");
        }

        if (count > Expression.Distinct(level))
        {
            throw TooMany(count, level);
        }

        HashSet<string> taken = [.. excluding ?? []];
        var problems = new ArithmeticProblem[count];
        for (int index = 0; index < count; index++)
        {
            ArithmeticProblem problem = New(index, count, level, seed, taken);
            bool direct = new KeyedRandom(~seed, index).Share() < directShare;
            problems[index] = direct ? problem with { Solution = AnswerIn(problem.Answer) } : problem;
        }

        return problems;
    }

    /// <summary>Writes a set as JSON Lines, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="problems">The set.</param>
    public static void Write(string path, IEnumerable<ArithmeticProblem> problems) =>
        AtomicFile.Write(path, stream =>
        {
            foreach (ArithmeticProblem problem in problems)
            {
                JsonSerializer.Serialize(stream, problem, RecordJson.Lines.ArithmeticProblem);
                stream.WriteByte((byte)'\n');
            }
        });

    private static ArithmeticProblem New(int index, int count, int level, long seed, HashSet<string> taken)
    {
        var random = new KeyedRandom(seed, index);
        int operators = 0;
        for (int i = 0; i < Tries; i++)
        {
            operators = i % TriesBeforeAnotherLength == 0 ? random.Between(1, level) : operators;
            Expression expression = Expression.Draw(operators, ref random);
            string prompt = $"{expression}=";
            if (taken.Add(prompt))
            {
                (int value, string steps) = expression.Solve();
                FormattableString id = $"arith-L{level}-S{seed}-{index}";
                string answer = value.ToString(CultureInfo.InvariantCulture);
                return new ArithmeticProblem(
                    FormattableString.Invariant(id), prompt, answer, $"{steps} {AnswerIn(answer)}");
            }
        }

        throw TooMany(count, level);
    }

    private static string AnswerIn(string answer) => $"<answer> {answer}</answer>";

    private static InvalidDataException TooMany(int count, int level) =>
        RecordError.In(
            "arithmetic",
            $"count is {count}, but level {level} has only {Expression.Distinct(level)} different prompts, "
            + "fewer without those excluded",
            $"lower --count or raise --level (at most {HighestLevel})");
}
