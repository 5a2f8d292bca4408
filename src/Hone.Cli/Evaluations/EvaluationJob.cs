using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Training.Evaluation;

namespace Hone.Cli.Evaluations;

/// <summary>One evaluation: samples what is missing of each data set, and prints what was found.</summary>
internal sealed class EvaluationJob(
    CommandContext context, LoadedModel loaded, string model, IReadOnlyList<EvaluatedSet> sets, EvaluationOptions options)
{
    /// <summary>Runs it.</summary>
    /// <param name="output">The folder of samples and results; null to keep nothing.</param>
    /// <param name="json">Whether the results are printed as JSON.</param>
    public void Run(string? output, bool json)
    {
        EvaluationFolder? folder = output is null ? null : EvaluationFolder.Open(output, Settings(), DataSets());
        IReadOnlyList<SampleLine>[] known = [.. sets.Select(set => folder?.Known(set) ?? [])];
        long all = sets.Sum(set => (long)set.Rows.Count * options.Samples), there = known.Sum(lines => (long)lines.Count);
        context.Introduce(loaded.Kernels);
        if (there > 0)
        {
            context.Say($"{there} of {all} completions are in {output} already; going on with {all - there}");
        }

        var progress = new ProgressLine(context, "evaluating", "completions");
        long done = 0;
        List<SetResult> results = [];
        for (int i = 0; i < sets.Count; i++)
        {
            EvaluatedSet set = sets[i];
            string detail = sets.Count > 1 ? set.Name : "";
            IReadOnlyList<SampleLine> samples = Sample(
                folder?.SamplesFile(set), set, known[i], () => progress.Show(++done, all - there, detail));
            results.Add(new SetResult(set, Evaluator.Summarize(set.Rows, samples, set.Options)));
        }

        JsonObject document = EvaluationOutput.Json(results, options.Seed);
        if (folder is not null)
        {
            JsonFile.Write(folder.ResultsFile, document);
        }

        if (json)
        {
            JsonOutput.Print(context, document);
        }
        else
        {
            EvaluationOutput.Print(context, results, options.Seed, loaded.Text.ContextTokens);
        }
    }

    private IReadOnlyList<SampleLine> Sample(string? file, EvaluatedSet set, IReadOnlyList<SampleLine> known, Action done)
    {
        if (file is null)
        {
            return Evaluator.Sample(loaded.Text, set.Rows, set.Options, [], _ => done(), context.Cancel);
        }

        IReadOnlyList<SampleLine> samples;
        using (SampleFile writer = SampleFile.Open(file))
        {
            samples = Evaluator.Sample(loaded.Text, set.Rows, set.Options, known, line =>
            {
                writer.Append(line);
                done();
            }, context.Cancel);
        }

        // In the order of prompts, so that the file does not tell where it was stopped.
        SampleFile.Replace(file, samples);
        return samples;
    }

    private JsonObject Settings() => new()
    {
        ["model"] = model,
        ["model_hash"] = ModelHash.Of(new[] { Models.Folder(model), Models.BaseFolder(model) }.Distinct()),
        ["weights"] = loaded.Model.Format.ToString().ToLowerInvariant(),
        ["kernels"] = loaded.Kernels.Path.Name(),
        ["samples"] = options.Samples,
        ["max_tokens"] = options.MaxTokens,
        ["temperature"] = options.Sampling.Temperature,
        ["top_k"] = options.Sampling.TopK,
        ["top_p"] = options.Sampling.TopP,
        ["min_p"] = options.Sampling.MinP,
        ["seed"] = options.Seed,
    };

    private JsonObject DataSets() => new(sets.Select(set => KeyValuePair.Create(set.Name, (JsonNode?)new JsonObject
    {
        ["data"] = set.Data.Path, ["hash"] = set.Data.Hash, ["prompts"] = Prompts(set), ["reward"] = set.Options.Reward.Name,
    })));

    // What the model sees: chat template, system text, date and prefix all show in it.
    private static string Prompts(EvaluatedSet set)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (DataRow row in set.Rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(set.Options.PromptText(row) + "\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
