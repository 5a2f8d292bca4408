using System.Text.Json.Nodes;
using Hone.Cli.Evaluations;
using Hone.Cli.Running;
using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Inference.Scoring;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Selection;
using Hone.Training.Evaluation;
using Hone.Training.Rewards;

namespace Hone.Cli.Scores;

/// <summary>What a check of scores found.</summary>
/// <param name="Result">The figures.</param>
/// <param name="Samples">K, completions per prompt.</param>
/// <param name="Reward">What judged them.</param>
/// <param name="Folder">Where they are.</param>
/// <param name="Truncated">Share of the completions that a limit ended.</param>
/// <param name="ScoringSeconds">Seconds of scoring a prompt.</param>
/// <param name="SamplingSeconds">Seconds of sampling a prompt K times; null where all samples were there and untimed.</param>
internal sealed record ScoreCheckResult(
    ConfidenceCheck Result, int Samples, string Reward, string Folder, double Truncated, double ScoringSeconds,
    double? SamplingSeconds)
{
    /// <summary>What it says of a selection by these scores.</summary>
    public IReadOnlyList<ScoreFinding> Findings => CheckFindings.Of(Result, Samples, Truncated);

    /// <summary>How many times as fast scoring is.</summary>
    public double? SpeedUp => ScoringSeconds > 0 ? SamplingSeconds / ScoringSeconds : null;
}

/// <summary>
/// Sets scores beside what they stand for: samples completions of some of the prompts with the same model, judges them, and
/// compares. The samples are kept beside the scores, so that a stopped check goes on.
/// </summary>
/// <param name="context">Where to write, and the clock.</param>
/// <param name="running">The model.</param>
/// <param name="scorer">How prompts were scored; the chosen ones are scored again for the time that it takes.</param>
/// <param name="set">The data; every row has an answer.</param>
/// <param name="prompts">How many prompts to take, at most.</param>
/// <param name="samples">K.</param>
/// <param name="promptText">What the model sees of a row.</param>
internal sealed class ScoreCheck(
    CommandContext context, RunningModel running, PromptScorer scorer, DataSet set, int prompts, int samples,
    Func<DataRow, string> promptText)
{
    private const string SetName = "check";
    private const ulong Stream = 0xC4EC;

    /// <summary>Runs it.</summary>
    /// <param name="output">The file of the scores, which names the folder.</param>
    /// <param name="scores">The scores of the set.</param>
    /// <param name="center">mu of the whole set.</param>
    public ScoreCheckResult Run(string output, IReadOnlyList<ScoreLine> scores, double center)
    {
        Dictionary<string, double> known = scores.ToDictionary(line => line.Id, line => line.Probability);
        DataRow[] chosen = Chosen(known);
        long start = context.Time.GetTimestamp();
        scorer.Score(chosen, _ => { }, context.TakeCancel());
        double scoring = context.Time.GetElapsedTime(start).TotalSeconds;

        var reward = (IAnswerReward)RewardFactory.Create(DefaultReward.NameFor(set));
        var options = new EvaluationOptions
        {
            Samples = samples, MaxTokens = scorer.MaxTokens, Seed = scorer.Seed, Sampling = new SamplingRule { Temperature = 1 },
            Reward = reward, PromptText = promptText,
        };
        var sampled = new EvaluatedSet(SetName, set, chosen, options);
        string folder = Folder(output);
        EvaluationResult result = Sample(sampled, folder);
        double[] rates = [.. result.Correct.Select(right => (double)right / samples)];
        ConfidenceCheck check = ConfidenceCheck.Of(
            [.. chosen.Select(row => known[row.Id])], rates, center, (ulong)scorer.Seed);
        return new ScoreCheckResult(
            check, samples, reward.Name, folder, (double)result.Truncated / (chosen.Length * (long)samples), scoring / chosen.Length,
            SecondsPerCompletion(folder) * samples);
    }

    /// <summary>The folder of the samples: scores-check beside scores.jsonl.</summary>
    public static string Folder(string output) => Path.Combine(
        Path.GetDirectoryName(output) ?? "", Path.GetFileNameWithoutExtension(output) + "-check");

    // A hash of the prompt's id: which prompts are taken does not depend on the rows beside them.
    private DataRow[] Chosen(Dictionary<string, double> known)
    {
        DataRow[] scored = [.. set.Rows.Where(row => known.TryGetValue(row.Id, out double s) && double.IsFinite(s))];
        bool[] fit = running.Text.Fit([.. scored.Select(promptText)], context.TakeCancel());
        HashSet<string> ids =
        [
            .. scored.Where((_, i) => fit[i])
                .OrderBy(row => RandomNumbers.Seed((ulong)scorer.Seed, RandomNumbers.Hash(row.Id), Stream)).ThenBy(row => row.Id, StringComparer.Ordinal)
                .Take(prompts).Select(row => row.Id),
        ];
        return ids.Count > 0 ? [.. scored.Where(row => ids.Contains(row.Id))] : throw new InvalidDataException(
            $"{set.Path}: no scored prompt leaves room for a completion in {running.Positions}, expected one to check. "
            + "Hint: leave out --check, or use a model with a longer context.");
    }

    private EvaluationResult Sample(EvaluatedSet sampled, string folder)
    {
        string file = Path.Combine(folder, SetName + ".jsonl");
        int before = SampleFile.Read(file).Count;
        long start = context.Time.GetTimestamp();
        try
        {
            return new EvaluationJob(context, running, [sampled], sampled.Options).Evaluate(folder)[0].Result;
        }
        finally
        {
            // Of a check that was stopped the time counts too, with the completions that it made.
            int made = SampleFile.Read(file).Count - before;
            if (made > 0)
            {
                (double seconds, int completions) = Timed(folder);
                JsonFile.Write(TimingFile(folder), new JsonObject
                {
                    ["sampling_seconds"] = seconds + context.Time.GetElapsedTime(start).TotalSeconds,
                    ["completions"] = completions + made,
                });
            }
        }
    }

    private static double? SecondsPerCompletion(string folder)
    {
        (double seconds, int completions) = Timed(folder);
        return completions > 0 ? seconds / completions : null;
    }

    private static string TimingFile(string folder) => Path.Combine(folder, "timing.json");

    private static (double Seconds, int Completions) Timed(string folder)
    {
        string file = TimingFile(folder);
        if (!File.Exists(file))
        {
            return (0, 0);
        }

        return JsonFile.Read(file) is JsonObject saved && saved["sampling_seconds"] is JsonValue seconds
            && seconds.TryGetValue(out double time) && saved["completions"] is JsonValue completions && completions.TryGetValue(out int made)
            ? (time, made)
            : throw new InvalidDataException(
                $"{file}: is not that of hone score --check, expected sampling_seconds and completions. Hint: remove it; the samples stay.");
    }
}
