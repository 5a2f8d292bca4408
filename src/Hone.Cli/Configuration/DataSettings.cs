using Hone.Records.DataSets;
using Hone.Records.RunFolders;

namespace Hone.Cli.Configuration;

/// <summary>
/// The prompts that a configuration names: `data`, a file with an optional `fields` list, or `arithmetic`, a generated set.
/// </summary>
internal sealed record DataSettings(
    string? File, IReadOnlyList<string> Fields, int Count, int Level, long Seed, double DirectShare)
{
    public static DataSettings Read(ConfigSection config)
    {
        string? file = config.OptionalText("data");
        IReadOnlyList<string> fields = config.List("fields");
        try
        {
            CommandLine.DataFields(fields);
        }
        catch (UsageException error)
        {
            config.Report([error.Message]);
        }

        ConfigSection arithmetic = config.Section("arithmetic");
        int count = arithmetic.Integer("count", 0);
        int level = arithmetic.Integer("level", 3);
        long seed = arithmetic.Long("seed", 1);
        double direct = arithmetic.Number("direct_share", 0);
        if (file is null == (count == 0))
        {
            config.Report(["'data' or 'arithmetic.count', expected exactly one of them. Hint: name a file or a generated set"]);
        }

        return new DataSettings(file, fields, count, level, seed, direct);
    }

    /// <summary>Reads or generates the rows; a generated set goes through a file of the run.</summary>
    public DataSet Load(RunFolder run, bool requireAnswer)
    {
        if (File is not null)
        {
            return DataSet.Read(File, CommandLine.DataFields(Fields), requireAnswer);
        }

        Arithmetic.Write(run.PromptsFile, CommandLine.Arithmetic(Count, Level, Seed, DirectShare));
        return DataSet.Read(run.PromptsFile, requireAnswer: requireAnswer);
    }
}
