using System.Text.Json;
using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;

namespace Hone.Cli.Diagnosis;

/// <summary>What a PEFT adapter's folder says.</summary>
/// <param name="Facts">What it says, in order.</param>
/// <param name="Problems">What is missing or damaged.</param>
/// <param name="BaseFolder">The folder of its base model, where it is found.</param>
internal sealed record AdapterDiagnosis(IReadOnlyList<Fact> Facts, IReadOnlyList<Problem> Problems, string? BaseFolder)
{

    private static readonly string[] Keys =
    [
        "peft_type", "base_model_name_or_path", "r", "lora_alpha", "lora_dropout", "use_rslora", "target_modules",
        "modules_to_save", "bias",
    ];

    /// <summary>Reads the configuration and the header of the weights.</summary>
    public static AdapterDiagnosis Of(string folder)
    {
        string configFile = Path.Combine(folder, PeftConfig.FileName), weightFile = Path.Combine(folder, LoraFile.WeightName);
        List<Fact> facts = [];
        List<Problem> problems = [];
        string? baseFolder = null;
        if (RawJson.Object(configFile) is { } config)
        {
            facts.AddRange(Keys.Select(key => new Fact(key, List(RawJson.Find(config, key)))));
        }
        else
        {
            problems.Add(new Problem(
                configFile, null, $"{configFile}: not a JSON object, expected PEFT's configuration. Hint: fetch the file again."));
        }

        if (problems.Count == 0)
        {
            try
            {
                baseFolder = Models.BaseFolder(folder);
                facts.Add(new Fact("base model", baseFolder));
            }
            catch (Exception error) when (Problem.Is(error))
            {
                problems.Add(Problem.Of(configFile, error));
            }
        }

        try
        {
            using SafetensorsFile weights = SafetensorsFile.Open(weightFile);
            facts.Add(Fact.Of("tensors", $"{weights.Tensors.Count}, {weights.Tensors.Values.Sum(tensor => tensor.ElementCount):N0} values"));
        }
        catch (Exception error) when (Problem.Is(error))
        {
            problems.Add(Problem.Of(weightFile, error));
        }

        return new AdapterDiagnosis(facts, problems, baseFolder);
    }

    /// <summary>Why the adapters do not fit their base, if they do not.</summary>
    public IReadOnlyList<Problem> Disagreements(string folder, TransformerConfig shape)
    {
        try
        {
            if (Problems.Count == 0)
            {
                LoraFile.Check(folder, new LoraLayout(shape, PeftConfig.Read(folder).Lora));
            }

            return [];
        }
        catch (Exception error) when (Problem.Is(error))
        {
            return [Problem.Of(Path.Combine(folder, LoraFile.WeightName), error)];
        }
    }

    private static string List(JsonElement? value) => value is { ValueKind: JsonValueKind.Array } list
        ? string.Join(", ", list.EnumerateArray().Take(20).Select(item => RawJson.Shown(item)))
        : RawJson.Shown(value);
}
