using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Cli.Running;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Training.Evaluation;

namespace Hone.Cli.Evaluations;

/// <summary>One evaluation: samples what is missing of each data set, and prints what was found.</summary>
internal sealed class EvaluationJob(
    CommandContext context, RunningModel running, IReadOnlyList<EvaluatedSet> sets, EvaluationOptions options)
{
    /// <summary>Runs it and prints what was found.</summary>
    /// <param name="output">The folder of samples and results; null to keep nothing.</param>
    /// <param name="json">Whether the results are printed as JSON.</param>
    public void Run(string? output, bool json)
    {
        IReadOnlyList<SetResult> results = Evaluate(output);
        if (json)
        {
            JsonOutput.Print(context, Document(results));
        }
        else
        {
            EvaluationOutput.Print(context, results, options.Seed, running.Positions);
        }
    }

    /// <summary>The results as one document.</summary>
    public JsonObject Document(IReadOnlyList<SetResult> results)
    {
        JsonObject document = EvaluationOutput.Json(results, options.Seed);
        if (running.Servers is { } servers)
        {
            document["servers"] = servers;
        }

        return document;
    }

    /// <summary>Runs it; the samples and results are kept in a folder.</summary>
    /// <param name="output">The folder; null to keep nothing.</param>
    public IReadOnlyList<SetResult> Evaluate(string? output)
    {
        EvaluationFolder? folder = output is null ? null : EvaluationFolder.Open(output, Settings(), DataSets());
        IReadOnlyList<SampleLine>[] known = [.. sets.Select(set => folder?.Known(set) ?? [])];
        long all = sets.Sum(set => (long)set.Rows.Count * options.Samples), there = known.Sum(lines => (long)lines.Count);
        running.Introduce();
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

        if (folder is not null)
        {
            JsonFile.Write(folder.ResultsFile, Document(results));
        }

        return results;
    }

    private IReadOnlyList<SampleLine> Sample(string? file, EvaluatedSet set, IReadOnlyList<SampleLine> known, Action done)
    {
        if (file is null)
        {
            return Evaluator.Sample(running.Text, set.Rows, set.Options, [], _ => done(), context.TakeCancel());
        }

        IReadOnlyList<SampleLine> samples;
        using (SampleFile writer = SampleFile.Open(file))
        {
            samples = Evaluator.Sample(running.Text, set.Rows, set.Options, known, line =>
            {
                writer.Append(line);
                done();
            }, context.TakeCancel());
        }

        // In the order of prompts, so that the file does not tell where it was stopped.
        SampleFile.Replace(file, samples);
        return samples;
    }

    private JsonObject Settings()
    {
        JsonObject settings = running.Identity();
        settings["samples"] = options.Samples;
        settings["max_tokens"] = options.MaxTokens;
        settings["temperature"] = options.Sampling.Temperature;
        settings["top_k"] = options.Sampling.TopK;
        settings["top_p"] = options.Sampling.TopP;
        settings["min_p"] = options.Sampling.MinP;
        settings["seed"] = options.Seed;
        return settings;
    }

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
