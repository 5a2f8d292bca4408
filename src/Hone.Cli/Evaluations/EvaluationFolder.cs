using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Records;
using Hone.Records.Evaluations;

namespace Hone.Cli.Evaluations;

/// <summary>
/// The folder of an evaluation: `eval.json` says what is evaluated how, `NAME.jsonl` holds the samples of a data set, and
/// `results.json` what was found. A stopped evaluation goes on in it, but only with the same model, data and settings.
/// </summary>
internal sealed class EvaluationFolder
{
    private const string SettingsKey = "settings";
    private const string DataKey = "data_sets";
    private static readonly Regex Leftover = new(
        @"^\.(eval\.json|results\.json|.+\.jsonl)\.[0-9a-f]{32}\.tmp$", RegexOptions.CultureInvariant);

    private readonly string _path;

    private EvaluationFolder(string path) => _path = path;

    /// <summary>The file of what was found.</summary>
    public string ResultsFile => Path.Combine(_path, "results.json");

    /// <summary>Makes the folder, or opens one that was begun with the same settings and data.</summary>
    /// <param name="path">A new or empty folder, or one of hone eval.</param>
    /// <param name="settings">All that decides the samples, data apart.</param>
    /// <param name="dataSets">The hash and the reward of each data set by name.</param>
    /// <exception cref="InvalidDataException">It holds something else, or an evaluation of something else.</exception>
    public static EvaluationFolder Open(string path, JsonObject settings, JsonObject dataSets)
    {
        var folder = new EvaluationFolder(path);
        string file = Path.Combine(path, "eval.json");
        if (File.Exists(path))
        {
            throw new InvalidDataException($"{path}: is a file, expected a folder. Hint: name a new folder with --out.");
        }

        string[] leftovers = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Where(IsLeftover)] : [];
        if (File.Exists(file))
        {
            RequireSame(file, settings, dataSets);
            Array.ForEach(leftovers, File.Delete);
            return folder;
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Except(leftovers).Any())
        {
            throw new InvalidDataException(
                $"{path}: holds files but no eval.json, expected a new folder or one of hone eval. Hint: name another with --out.");
        }

        Array.ForEach(leftovers, File.Delete);
        JsonFile.Write(file, new JsonObject
        {
            ["version"] = Version.Text, [SettingsKey] = settings.DeepClone(), [DataKey] = dataSets.DeepClone(),
        });
        return folder;
    }

    /// <summary>The file of a data set's samples.</summary>
    public string SamplesFile(EvaluatedSet set) => Path.Combine(_path, set.Name + ".jsonl");

    /// <summary>The samples of a data set that are there already.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds samples of other prompts.</exception>
    public IReadOnlyList<SampleLine> Known(EvaluatedSet set)
    {
        string file = SamplesFile(set);
        IReadOnlyList<SampleLine> lines = SampleFile.Read(file);
        HashSet<string> ids = [.. set.Rows.Select(row => row.Id)];
        return lines.FirstOrDefault(line => !ids.Contains(line.Id) || line.Sample < 0 || line.Sample >= set.Options.Samples) is { } stranger
            ? throw new InvalidDataException(
                $"{file}: holds sample {stranger.Sample} of '{stranger.Id}', expected samples 0 to {set.Options.Samples - 1} of "
                + $"{set.Data.Path}. Hint: evaluate into another --out.")
            : lines;
    }

    // What a program that was killed in the middle of writing a whole file leaves beside it.
    private static bool IsLeftover(string path) => Leftover.IsMatch(Path.GetFileName(path));

    private static void RequireSame(string file, JsonObject settings, JsonObject dataSets)
    {
        JsonNode saved = JsonFile.Read(file);
        if (saved is not JsonObject document || document[SettingsKey] is not JsonObject was || document[DataKey] is not JsonObject had)
        {
            throw new InvalidDataException(
                $"{file}: is not that of hone eval, expected its settings and data sets. Hint: evaluate into another --out.");
        }

        string[] problems =
        [
            .. Differences(SettingsKey, was, settings, except: "model"),
            .. had.Select(item => item.Key).Union(dataSets.Select(item => item.Key)).SelectMany(name => Differences(
                $"{DataKey}.{name}", had[name] as JsonObject ?? [], dataSets[name] as JsonObject ?? [], except: "data")),
        ];
        if (problems.Length > 0)
        {
            throw new InvalidDataException(string.Join('\n', problems.Select(problem =>
                $"{file}: {problem}, expected the same to go on with. Hint: evaluate into another --out.")));
        }
    }

    // Paths may be spelt in many ways; the hashes beside them decide. Of another data set the prompts are other ones too.
    private static IEnumerable<string> Differences(string path, JsonObject was, JsonObject now, string except) =>
        was.Select(item => item.Key).Union(now.Select(item => item.Key)).Where(key => key != except)
            .Select(key => (Key: key, Was: Text(was[key]), Now: Text(now[key])))
            .Where(item => item.Was != item.Now && (item.Key != "prompts" || Text(was["hash"]) == Text(now["hash"])))
            .Select(item => $"{path}.{item.Key} is {item.Was}, this evaluation has {item.Now}");

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "none";
}
