using System.Text.Json;
using Hone.Dashboard.Runs;
using Hone.Dashboard.Samples;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Dashboard.Api;

/// <summary>Runs and rollouts as JSON: snake_case, null for what is not known. docs/watch.md lists the fields.</summary>
internal static class RunJson
{
    /// <summary>The list of runs.</summary>
    public static void WriteList(Utf8JsonWriter json, RunsFolder folder, IReadOnlyList<RunView> runs)
    {
        json.WriteStartObject();
        json.WriteString("folder", folder.Name);
        json.WriteNumber("links_out", folder.LinksOut);
        json.WriteNumber("not_shown", folder.NotShown);
        json.WriteStartArray("runs");
        foreach (RunView run in runs)
        {
            json.WriteStartObject();
            WriteHead(json, run);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One run with its curves, evaluations, ranking and what is known of its rollouts.</summary>
    public static void WriteRun(Utf8JsonWriter json, RunView run)
    {
        json.WriteStartObject();
        WriteHead(json, run);
        json.WriteNumber("bad_lines", run.BadLines);
        WriteCurves(json, run.Curves);
        json.WriteStartArray("evals");
        foreach (Evaluation result in run.Evaluations.All)
        {
            json.WriteStartObject();
            json.WriteNumber("step", result.Step);
            json.WriteString("data_set", result.DataSet);
            json.WriteNumber("accuracy", result.Accuracy);
            Number(json, "low", result.Low);
            Number(json, "high", result.High);
            Number(json, "prompts", result.Prompts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteRanking(json, run.Ranking);
        WriteRollouts(json, run.Rollouts);
        json.WriteEndObject();
    }

    /// <summary>A page of rollouts.</summary>
    public static void WritePage(Utf8JsonWriter json, SamplePage page, RunRollouts rollouts)
    {
        json.WriteStartObject();
        json.WriteNumber("total", page.Total);
        Number(json, "next", page.Next);
        Number(json, "searched", page.Searched);
        WriteRollouts(json, rollouts);
        json.WriteStartArray("samples");
        foreach (Sample sample in page.Samples)
        {
            WriteSample(json, sample);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, RunView run)
    {
        Evaluation? last = run.Evaluations.All.MaxBy(result => result.Step);
        json.WriteString("name", run.Name);
        json.WriteString("state", run.State switch { RunState.Running => "running", RunState.Finished => "finished", _ => "stale" });
        json.WriteString("format", run.Format);
        json.WriteString("model", run.Model);
        json.WriteString("trouble", run.Trouble);
        json.WriteNumber("step", run.Curves.LastStep);
        Number(json, "steps", run.TotalSteps);
        Number(json, "reward", run.Curves.Last("reward"));
        Number(json, "accuracy", last?.Accuracy);
        json.WriteNumber("changed", new DateTimeOffset(run.Changed, TimeSpan.Zero).ToUnixTimeSeconds());
    }

    private static void WriteCurves(Utf8JsonWriter json, Curves curves)
    {
        (int[] steps, IReadOnlyList<KeyValuePair<string, double[]>> columns, int perPoint) = curves.Thinned();
        json.WriteStartObject("metrics");
        json.WriteNumber("steps_per_point", perPoint);
        json.WriteStartArray("steps");
        foreach (int step in steps)
        {
            json.WriteNumberValue(step);
        }

        json.WriteEndArray();
        json.WriteStartObject("values");
        foreach ((string name, double[] values) in columns)
        {
            json.WriteStartArray(name);
            foreach (double value in values)
            {
                Value(json, value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRanking(Utf8JsonWriter json, RankedSoFar? ranking)
    {
        if (ranking is null)
        {
            json.WriteNull("ranking");
            return;
        }

        json.WriteStartObject("ranking");
        json.WriteString("method", ranking.Method);
        json.WriteNumber("hardest_percent", ranking.Options.HardestPercent);
        json.WriteNumber("window_steps", ranking.Options.WindowSteps);
        json.WriteBoolean("own_settings", ranking.IsRunsOwn);
        Number(json, "pick", ranking.Result?.Pick);
        json.WriteStartArray("indistinguishable");
        foreach (int step in ranking.Result?.Indistinguishable ?? [])
        {
            json.WriteNumberValue(step);
        }

        json.WriteEndArray();
        json.WriteBoolean("nothing_differs", ranking.Result?.NothingDiffers == true);
        json.WriteString("differences", ranking.Differences);
        json.WriteString("note", ranking.Note);
        json.WriteBoolean("saved", ranking.Saved);
        json.WriteNumber("rollouts", ranking.Rollouts);
        json.WriteStartArray("checkpoints");
        foreach (CheckpointScore row in ranking.Result?.Checkpoints ?? [])
        {
            json.WriteStartObject();
            json.WriteNumber("step", row.Step);
            Number(json, "score", row.Score);
            Number(json, "low", row.Low);
            Number(json, "high", row.High);
            Number(json, "probability_best", row.ProbabilityBest);
            json.WriteNumber("hard", row.Hard);
            json.WriteNumber("samples", row.Samples);
            Number(json, "threshold", row.Threshold);
            Number(json, "train_reward", row.TrainReward);
            Number(json, "truncated", row.Truncated);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("controls");
        foreach (RankingControl control in ranking.Result?.Controls ?? [])
        {
            Number(json, control.Name, control.Step);
        }

        json.WriteEndObject();
        json.WriteStartArray("warnings");
        foreach (RankingWarning warning in ranking.Result?.Warnings ?? [])
        {
            json.WriteStringValue(warning.Message);
        }

        json.WriteEndArray();
        json.WriteStartArray("diagnoses");
        foreach (RankingDiagnosis diagnosis in ranking.Diagnoses)
        {
            json.WriteStartObject();
            json.WriteString("id", diagnosis.Id);
            json.WriteString("severity", diagnosis.Severity.ToString().ToLowerInvariant());
            json.WriteString("message", diagnosis.Message);
            json.WriteString("next_step", diagnosis.NextStep);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRollouts(Utf8JsonWriter json, RunRollouts? rollouts)
    {
        json.WriteStartObject("rollouts");
        json.WriteNumber("count", rollouts?.Table.View.Live ?? 0);
        json.WriteNumber("indexed_bytes", rollouts?.Bytes.Done ?? 0);
        json.WriteNumber("bytes", rollouts?.Bytes.Total ?? 0);
        json.WriteNumber("bad_lines", rollouts?.BadLines ?? 0);
        json.WriteBoolean("texts", rollouts?.HasTexts ?? true);
        json.WriteString("problem", rollouts?.Problem);
        json.WriteStartArray("findings");
        foreach (string finding in rollouts?.Findings ?? [])
        {
            json.WriteStringValue(finding);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSample(Utf8JsonWriter json, Sample sample)
    {
        (RolloutRow row, string prompt, ShownTexts? texts) = sample;
        RolloutDetail? detail = sample.Detail;
        json.WriteStartObject();
        json.WriteNumber("step", row.Step);
        json.WriteString("prompt_id", detail?.PromptId ?? prompt);
        Number(json, "sample", row.Sample < 0 ? null : row.Sample);
        Number(json, "reward", row.Reward);
        Number(json, "anll", -row.MeanLogprob);
        Number(json, "tokens", row.Tokens < 0 ? null : row.Tokens);
        json.WriteBoolean("truncated", row.Truncated);
        if (row.Correct < 0)
        {
            json.WriteNull("correct");
        }
        else
        {
            json.WriteBoolean("correct", row.Correct == 1);
        }

        Number(json, "advantage", detail?.Advantage);
        Number(json, "mean_entropy", detail?.MeanEntropy);
        Number(json, "min_logprob", detail?.MinLogprob);
        Text(json, "prompt", detail?.Prompt, texts?.PromptCharacters);
        Text(json, "completion", detail?.Completion, texts?.CompletionCharacters);
        json.WriteString("answer", detail?.Answer);
        json.WriteStartObject("rewards");
        foreach ((string name, double value) in detail?.Rewards ?? [])
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // What is left out is counted.
    private static void Text(Utf8JsonWriter json, string name, string? text, int? characters)
    {
        json.WriteString(name, text);
        if (characters is { } whole)
        {
            json.WriteNumber(name + "_characters", whole);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        Value(json, value);
    }

    private static void Value(Utf8JsonWriter json, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
