using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Report.Tests;

/// <summary>A made-up run folder whose texts and names are as hostile as a model can make them: 40 steps of 6 prompts with 4
/// completions each, checkpoints every 8, the later ones better.</summary>
internal sealed class MadeRun : IDisposable
{
    /// <summary>Markup, ends of scripts, comments and CDATA, a line separator, and marks that turn the direction of text.</summary>
    internal const string Hostile =
        "<script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\"></script></pre></details><style>*{display:none}</style>"
        + "]]>-->\u2028\u202Eabc\u2066<svg/onload=window.pwned=1>&lt;b&gt;' \" \0 \uD800";

    internal const int Steps = 40;
    internal const int Interval = 8;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hone-report-");

    private MadeRun() => Folder = Path.Combine(_root.FullName, "run <i>&'\" x");

    internal string Folder { get; }

    internal string ReportFile => Path.Combine(Folder, "report.html");

    internal string RunFile => Path.Combine(Folder, "run.json");

    internal string DataFile => Path.Combine(_root.FullName, "selected.jsonl");

    internal string ScoresFile => Path.Combine(_root.FullName, "scores.jsonl");

    /// <summary>Writes it.</summary>
    internal static MadeRun Write(bool withText = true, bool withTokens = true)
    {
        var run = new MadeRun();
        Directory.CreateDirectory(Path.Combine(run.Folder, "rollouts"));
        var random = new Random(5);
        for (int step = 1; step <= Steps; step++)
        {
            run.Lines($"rollouts/step-{step:D6}.jsonl", [.. Enumerable.Range(0, 24).Select(i => Rollout(random, step, i, withText, withTokens))]);
        }

        run.Lines("metrics.jsonl", [.. Enumerable.Range(1, Steps).Select(step => new JsonObject
        {
            ["step"] = step, ["reward"] = 0.3 + (0.01 * step), ["entropy"] = 1.0 / step, ["length"] = 20 + (step % 5),
            ["grad_norm"] = 1 + random.NextDouble(), [Hostile] = step, ["kl"] = step % 7 == 0 ? null : 0.01 * step,
        })]);
        run.Lines("evals.jsonl", [.. Enumerable.Range(1, Steps / Interval).Select(i => new JsonObject
        {
            ["step"] = i * Interval, ["data_set"] = Hostile, ["accuracy"] = 0.3 + (0.08 * i), ["low"] = 0.25 + (0.08 * i),
            ["high"] = 0.35 + (0.08 * i), ["prompts"] = 100, ["samples"] = 1,
        })]);
        double[] all = [.. Enumerable.Range(0, 400).Select(_ => Math.Pow(random.NextDouble(), 2))];
        File.WriteAllLines(run.ScoresFile, all.Select((s, i) => Json(new JsonObject
        {
            ["id"] = $"{i}", ["confidence"] = Math.Log(s), ["probability"] = s, ["tokens"] = 3,
        })));
        File.WriteAllLines(run.DataFile, all.Where(s => Math.Abs(s - 0.33) < 0.05).Select(s => Json(new JsonObject
        {
            ["prompt"] = "x", ["hone_probability"] = s, ["hone_selected_by"] = "fuzzy",
        })));
        File.WriteAllText(run.RunFile, Json(new JsonObject
        {
            ["command"] = "train", ["version"] = "0.0.1", ["machine"] = "a machine " + Hostile, ["seed"] = 3, ["data_hash"] = DataSet.Read(run.DataFile).Hash,
            ["config"] = new JsonObject { ["model"] = "m", ["data"] = run.DataFile, ["note"] = Hostile },
        }));
        return run;
    }

    /// <summary>The ranked log.</summary>
    internal ReportSource Source(int window = Interval)
    {
        RolloutLog log = RolloutLog.Read(Folder);
        RolloutScore[] rollouts = new RolloutScore[log.Count];
        for (int i = 0; i < rollouts.Length; i++)
        {
            rollouts[i] = new RolloutScore(
                log.Steps[i], log.Prompts[i], log.Samples[i], -log.MeanLogprobs[i], double.NaN, log.Rewards[i], log.Truncated[i]);
        }

        Checkpoint[] checkpoints = [.. Enumerable.Range(1, Steps / Interval).Select(i => new Checkpoint(i * Interval, ""))];
        var options = new RankingOptions { HardestPercent = 10, WindowSteps = window };
        RankingResult ranking = CheckpointRanking.Rank(rollouts, [.. checkpoints.Select(c => c.Step)], options, seed: 1);
        var heldOut = StepMetric.Read(Path.Combine(Folder, "evals.jsonl"));
        return new ReportSource
        {
            Path = Folder, Log = log, LogOptions = new LogOptions(), Rollouts = rollouts, Checkpoints = checkpoints, Options = options,
            Ranking = ranking.WithBestMetric(heldOut.Values) with { Warnings = [.. ranking.Warnings, new RankingWarning("made_up", $"Said {Hostile}", [])] },
            Diagnoses =
            [
                new RankingDiagnosis("made_up", DiagnosisSeverity.Serious, $"Found {Hostile}", new Dictionary<string, double>(), $"Do {Hostile}"),
            ],
            HeldOut = heldOut, HeldOutIsValidation = true, ScoresFile = ScoresFile, TokenTexts = ids => [.. ids.Select(id => id == 0 ? Hostile.Replace('\uD800', '\uFFFD') : $" {id}")], Version = "9.9",
            RankingArguments = ["--hardest", "10", "--window", "8"],
        };
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static JsonObject Rollout(Random random, int step, int place, bool withText, bool withTokens)
    {
        double anll = 0.2 + random.NextDouble();
        var line = new JsonObject
        {
            ["step"] = step, ["prompt_id"] = $"{Hostile}{place / 4}", ["sample"] = place % 4, ["reward"] = random.NextDouble() < (0.3 + (0.012 * step)) ? 1 : 0,
            ["truncated"] = place == 7, ["tokens"] = 3, ["mean_logprob"] = -anll,
        };
        if (withText)
        {
            line["prompt"] = "What is 1+1? " + Hostile;
            line["completion"] = Hostile.Replace('\uD800', '\uFFFD') + " 5 6";
            line["answer"] = Hostile;
        }

        if (withTokens)
        {
            line["token_ids"] = new JsonArray(0, 5, 6);
            line["token_logprobs"] = new JsonArray(-0.05, -2.0, -5.0);
        }

        return line;
    }

    private void Lines(string name, IEnumerable<JsonObject> lines) =>
        File.WriteAllLines(Path.Combine(Folder, name), lines.Select(Json));

    private static string Json(JsonNode node) => JsonSerializer.Serialize(node);
}
