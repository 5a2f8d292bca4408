using Hone.Records;
using Hone.Records.DataSets;

namespace Hone.Cli.Evaluations;

/// <summary>A data set of an evaluation and what it is called.</summary>
internal sealed record NamedData(string Name, DataSet Data)
{
    /// <summary>Reads the sets of --data: FILE, or NAME=FILE.</summary>
    /// <exception cref="UsageException">A name is unfit, or two sets have the same.</exception>
    public static IReadOnlyList<NamedData> Read(IReadOnlyList<string> values, FieldMap fields)
    {
        (string? Name, string Path)[] given = [.. values.Select(Split)];
        string[] names = [.. given.Select(item => item.Name ?? DataFileName.Stem(item.Path))];

        // gsm8k/test.jsonl and math/test.jsonl are told apart by their folders.
        for (int i = 0; i < names.Length; i++)
        {
            bool shared = given.Where((item, j) => j != i && Same(item.Name ?? DataFileName.Stem(item.Path), Own(i))).Any();
            names[i] = shared && given[i].Name is null ? DataFileName.WithFolder(given[i].Path) : names[i];
        }

        string? twice = names.FirstOrDefault(name => names.Count(other => Same(name, other)) > 1);
        if (twice is not null)
        {
            throw new UsageException(
                $"--data: two data sets are called '{twice}', expected different names. Hint: name them with --data NAME=FILE.");
        }

        return [.. given.Select((item, i) => new NamedData(names[i], DataSet.Read(item.Path, fields, requireAnswer: true)))];

        string Own(int i) => given[i].Name ?? DataFileName.Stem(given[i].Path);
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    // A file whose own name holds the sign is a file.
    private static (string? Name, string Path) Split(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || File.Exists(value))
        {
            return (null, value);
        }

        string name = value[..equals];
        return DataFileName.IsPlain(name)
            ? (name, value[(equals + 1)..])
            : throw new UsageException(
                $"--data {value}: '{name}' is no name, expected letters, digits, '-', '_' or '.'. Hint: for example --data gsm8k=FILE.");
    }
}
