using System.Globalization;
using Hone.Records;
using Hone.Records.DataSets;

namespace Hone.Cli;

/// <summary>Values of options and settings that take some reading.</summary>
internal static class CommandLine
{
    /// <summary>The --field options of a data set.</summary>
    public static FieldMap DataFields(IReadOnlyList<string>? options) => Fields(options, FieldMap.ForDataSet);

    /// <summary>The --field options of a rollout log.</summary>
    public static FieldMap RolloutFields(IReadOnlyList<string>? options) => Fields(options, FieldMap.ForRollouts);

    /// <summary>The --field options of a rollout log whose texts are read.</summary>
    public static FieldMap RolloutTextFields(IReadOnlyList<string>? options) => Fields(options, FieldMap.ForRolloutTexts);

    /// <summary>The --reward-weight options of a rollout log.</summary>
    public static IReadOnlyDictionary<string, double> RewardWeights(IReadOnlyList<string>? options)
    {
        var weights = new Dictionary<string, double>();
        foreach (string option in options ?? [])
        {
            int sign = option.LastIndexOf('=');
            if (sign < 1 || !double.TryParse(option.AsSpan(sign + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                || !double.IsFinite(weight) || !weights.TryAdd(option[..sign], weight))
            {
                throw new UsageException(
                    $"--reward-weight {option}: expected NAME=W, a number for each column once. Hint: for example format_reward=0.5.");
            }
        }

        return weights;
    }

    /// <summary>The --field options of pairs of answers.</summary>
    public static FieldMap AnswerPairFields(IReadOnlyList<string>? options) => Fields(options, FieldMap.ForAnswerPairs);

    /// <summary>Arithmetic problems as the options or settings say.</summary>
    public static IReadOnlyList<ArithmeticProblem> Arithmetic(int count, int level, long seed, double directShare) =>
        Usage(() => Records.DataSets.Arithmetic.Generate(count, level, seed, directShare: directShare));

    private static FieldMap Fields(IReadOnlyList<string>? options, Func<IEnumerable<string>, FieldMap> parse) =>
        Usage(() => parse(options ?? []));

    // To the library these are bad data; here they come from the command line or the configuration.
    private static T Usage<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
