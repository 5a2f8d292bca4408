namespace Hone.Cli.Configuration;

/// <summary>The `eval` section: held-out prompts that a run is evaluated on as it trains.</summary>
/// <param name="File">The data set.</param>
/// <param name="Fields">The file's names for our fields.</param>
/// <param name="Every">Updates between two evaluations.</param>
/// <param name="Samples">Completions per prompt; one is greedy, several are drawn at temperature 1.</param>
/// <param name="MaxPrompts">The first so many prompts; 0 for all.</param>
internal sealed record EvalSettings(string File, IReadOnlyList<string> Fields, int Every, int Samples, int MaxPrompts)
{
    public static EvalSettings Read(ConfigSection section, int saveEvery)
    {
        IReadOnlyList<string> fields = section.List("fields");
        try
        {
            CommandLine.DataFields(fields);
        }
        catch (UsageException error)
        {
            section.Report([error.Message]);
        }

        var settings = new EvalSettings(
            section.RequiredText("data", "a data set with answers"), fields, section.Integer("every", saveEvery),
            section.Integer("samples", 1), section.Count("max_prompts", 0));
        section.Report(settings.Problems());
        return settings;
    }

    private IEnumerable<string> Problems()
    {
        if (Every < 1)
        {
            yield return $"every is {Every}, expected 1 or more";
        }

        if (Samples < 1)
        {
            yield return $"samples is {Samples}, expected 1 or more";
        }
    }
}
