using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hone.Engine.Files;
using Hone.Engine.Model;

namespace Hone.Cli.Diagnosis;

/// <summary>What the two configuration files of a folder say, and everything in them that stands in the way.</summary>
/// <remarks>
/// The reader stops at the first thing that it cannot do. Here it is asked again and again, each time about a copy of the
/// files without the key that it named, until it is content: so the list is the reader's own, whatever it learns to do.
/// </remarks>
/// <param name="Config">The shape; of the copy where there are problems, null where no reading succeeded.</param>
/// <param name="IsOurArchitecture">Whether the shape is that of an architecture that runs.</param>
/// <param name="Raw">config.json as it stands; null where it is no JSON object.</param>
/// <param name="Problems">All that is missing, wrong or unsupported.</param>
internal sealed record ConfigDiagnosis(
    TransformerConfig? Config, bool IsOurArchitecture, JsonObject? Raw, IReadOnlyList<Problem> Problems)
{
    // More than a configuration has keys; each round takes one away.
    private const int MostRounds = 200;

    private static readonly string[] Files = [HuggingFaceConfig.FileName, HuggingFaceConfig.GenerationFileName];

    private static readonly Regex Complaint = new(
        @"(?<file>generation_config|config)\.json: (?<key>[A-Za-z_][\w.]*)[ \[]", RegexOptions.CultureInvariant);

    /// <summary>Reads a folder's configuration.</summary>
    public static ConfigDiagnosis Of(string folder)
    {
        JsonObject? raw = Parse(Path.Combine(folder, HuggingFaceConfig.FileName));
        try
        {
            return new ConfigDiagnosis(HuggingFaceConfig.Read(folder), true, raw, []);
        }
        catch (Exception error) when (Problem.Is(error))
        {
            return raw is null
                ? new ConfigDiagnosis(null, false, null, [Problem.Of(Path.Combine(folder, HuggingFaceConfig.FileName), error)])
                : Probe(folder, raw);
        }
    }

    private static ConfigDiagnosis Probe(string folder, JsonObject raw)
    {
        string copy = Directory.CreateTempSubdirectory("hone-doctor-").FullName;
        try
        {
            var documents = new Dictionary<string, JsonObject>();
            foreach (string name in Files)
            {
                string path = Path.Combine(folder, name);
                if (Parse(path) is { } document)
                {
                    documents.Add(name, document);
                }
                else if (File.Exists(path))
                {
                    File.Copy(path, Path.Combine(copy, name));
                }
            }

            List<Problem> problems = [];
            bool ours = true;
            for (int round = 0; round < MostRounds; round++)
            {
                foreach ((string name, JsonObject document) in documents)
                {
                    File.WriteAllText(Path.Combine(copy, name), document.ToJsonString());
                }

                try
                {
                    TransformerConfig config = HuggingFaceConfig.Read(copy);
                    return new ConfigDiagnosis(config, ours, raw, problems);
                }
                catch (Exception error) when (Problem.Is(error))
                {
                    string message = error.Message.Replace(copy, folder, StringComparison.Ordinal);
                    Match match = Complaint.Match(message);
                    string name = match.Groups["file"].Value + ".json", key = match.Groups["key"].Value;
                    problems.Add(new Problem(
                        Path.Combine(folder, match.Success ? name : Files[0]), match.Success ? key : null, message));
                    ours &= key is not ("architectures" or "model_type");
                    bool taken = match.Success && documents.TryGetValue(name, out JsonObject? named)
                        ? TakeAway(named, key)
                        : TakeAwayGeneration(copy, documents);
                    if (!taken)
                    {
                        break;
                    }
                }
            }

            return new ConfigDiagnosis(null, ours, raw, problems);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    // A missing key cannot be taken away: there the search ends.
    private static bool TakeAway(JsonObject document, string key)
    {
        if (key is "architectures" or "model_type")
        {
            document.Remove("architectures");
            document["model_type"] = "llama";
            return true;
        }

        string[] path = key.Split('.');
        JsonObject? parent = document;
        foreach (string part in path[..^1])
        {
            parent = parent?[part] as JsonObject;
        }

        return parent?.Remove(path[^1]) ?? false;
    }

    // A file of defaults that is no JSON object at all hides nothing else.
    private static bool TakeAwayGeneration(string copy, Dictionary<string, JsonObject> documents)
    {
        string path = Path.Combine(copy, HuggingFaceConfig.GenerationFileName);
        bool there = File.Exists(path) && !documents.ContainsKey(HuggingFaceConfig.GenerationFileName);
        File.Delete(path);
        return there;
    }

    private static JsonObject? Parse(string path)
    {
        try
        {
            return Records.JsonFile.Read(path) as JsonObject;
        }
        catch (Exception error) when (error is InvalidDataException or FileNotFoundException)
        {
            return null;
        }
    }
}
