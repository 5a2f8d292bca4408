using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Records;
using Hone.Records.Parquet;
using Hone.Records.RunFolders;

namespace Hone.Report;

/// <summary>What `hone select` added to the prompts that a run was trained on.</summary>
/// <param name="Kept">s of each prompt; empty where the set is from no selection, or cannot be shown.</param>
/// <param name="Rule">What the selection went by; null where it is not known.</param>
/// <param name="Problem">Why the set of the run cannot be shown; null where it can, or is from no selection.</param>
internal sealed record RunData(IReadOnlyList<double> Kept, string? Rule, string? Problem)
{
    private static readonly RunData Nothing = new([], null, null);

    /// <summary>Finds the run's data set and reads it. A set of another hash than the run recorded is never shown.</summary>
    /// <param name="folder">The run; null for another trainer's log.</param>
    /// <param name="run">Its run.json.</param>
    public static RunData Of(RunFolder? folder, JsonObject? run)
    {
        if (folder is null || run?["config"] is not JsonObject config || Text(config["data"]) is not { Length: > 0 } path)
        {
            return Nothing;
        }

        string? other = null;
        foreach (string file in Places(folder, path, Text(config["out"])).Distinct().Where(File.Exists))
        {
            (IReadOnlyList<double> Kept, string? Rule, string Hash) set;
            try
            {
                if (Read(file) is not { } read)
                {
                    return Nothing;
                }

                set = read;
            }
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                return Nothing with { Problem = $"{file} cannot be read: {error.Message}" };
            }

            if (Text(run["data_hash"]) is not { } hash)
            {
                return Nothing with { Problem = "run.json has no hash to check the data set by" };
            }

            if (set.Hash == hash)
            {
                return new RunData(set.Kept, set.Rule, null);
            }

            other ??= file;
        }

        return Nothing with
        {
            Problem = other is null ? $"{path} is not found from here" : $"{other} is another data set than that of the run, by its hash",
        };
    }

    // A relative path starts where the command was started: above the end that the run's folder shares with `out`, or here.
    private static IEnumerable<string> Places(RunFolder folder, string data, string? output)
    {
        if (!Path.IsPathRooted(data) && output is { Length: > 0 } && !Path.IsPathRooted(output))
        {
            string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path));
            string end = Path.DirectorySeparatorChar + Path.TrimEndingDirectorySeparator(Path.GetRelativePath(".", output));
            if (place.EndsWith(end, StringComparison.Ordinal))
            {
                yield return Path.Combine(place[..^end.Length] + Path.DirectorySeparatorChar, data);
            }
        }

        yield return Path.GetFullPath(data);
    }

    // Of Parquet nothing is shown; of JSON Lines what `hone select` added to every row. The hash is that of Hone.Records.DataSets.DataSet.
    private static (IReadOnlyList<double> Kept, string? Rule, string Hash)? Read(string path)
    {
        List<double> kept = [];
        int rows = 0;
        string? rule = null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (ParquetFile.IsParquet(path))
        {
            return null;
        }

        using JsonLineReader reader = JsonLineReader.Open(path);
        while (reader.Read())
        {
            JsonElement row = JsonElement.Parse(reader.Json.Span);
            if (row.TryGetProperty("hone_probability", out JsonElement value) && value.ValueKind == JsonValueKind.Number)
            {
                kept.Add(value.GetDouble());
            }
            else if (rows == 0)
            {
                return null;
            }

            rows++;
            hash.AppendData(reader.Line.Span);
            hash.AppendData("\n"u8);
            rule ??= row.TryGetProperty("hone_selected_by", out JsonElement by) ? by.ToString() : null;
        }

        return (kept.Count == rows ? [.. kept.Where(double.IsFinite)] : [], rule, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
