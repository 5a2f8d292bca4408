using Hone.Records;

namespace Hone.Cli;

/// <summary>Values of options that take some reading.</summary>
internal static class CommandLine
{
    /// <summary>The --field options of a data set.</summary>
    public static FieldMap DataFields(IReadOnlyList<string>? options) => Fields(options, FieldMap.ForDataSet);

    /// <summary>The --field options of a rollout log.</summary>
    public static FieldMap RolloutFields(IReadOnlyList<string>? options) => Fields(options, FieldMap.ForRollouts);

    private static FieldMap Fields(IReadOnlyList<string>? options, Func<IEnumerable<string>, FieldMap> parse)
    {
        try
        {
            return parse(options ?? []);
        }
        catch (InvalidDataException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
