using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Records.Parquet;

namespace Hone.Cli.Tests;

/// <summary>Writes the made-up run as each trainer would, with its own numbering of steps; what a trainer does not log by itself is
/// added where its importer looks for it.</summary>
internal static class LogWriters
{
    private static IReadOnlyList<LoggedCompletion> Rows => LoggedRun.Rows;

    private static IEnumerable<IGrouping<int, LoggedCompletion>> Steps => Rows.GroupBy(row => row.Step);

    /// <summary>Writes the run into a folder.</summary>
    internal static void Write(string format, TempFolder folder, string name)
    {
        switch (format)
        {
            case "hone":
                folder.Write($"{name}/rollouts.jsonl", [.. Rows.Select(row => Hone(row, true, true))]);
                break;
            case "verl":
                PerStep(folder, step => $"{name}/{step}.jsonl", 0, row => Verl(row));
                break;
            case "verl-v1":
                PerStep(folder, step => $"{name}/{step}.jsonl", 0, row => Verl(row, ("uid", $"{Uid(row)}_{row.Sample}_0")));
                break;
            case "open-instruct":
                folder.Write($"{name}/run_rollouts_000000.jsonl", [.. Rows.Take(500).Select(OpenInstruct)]);
                folder.Write($"{name}/run_rollouts_000001.jsonl", [.. Rows.Skip(500).Select(OpenInstruct)]);
                folder.Write($"{name}/run_metadata.jsonl", """{"run_name":"run","git_commit":"0","model_name":"m","timestamp":"t"}""");
                break;
            case "nemo-rl":
                PerStep(folder, step => $"{name}/exp_001/train_data_step{step}.jsonl", 0, Nemo);
                break;
            case "prime-rl":
                PerStep(folder, step => $"{name}/rollouts/step_{step}/train/effective/traces.jsonl", -1, PrimeRl);
                break;
            case "ms-swift":
                folder.Write($"{name}/completions.jsonl", [.. Steps.Select(Swift)]);
                break;
            case "rl-logging-board":
                folder.Write($"{name}/data.jsonl", [.. Rows.Select(Board)]);
                break;
            case "json-lines":
                folder.Write($"{name}/log.jsonl", [.. Rows.Select(Plain)]);
                break;
            case "csv":
                folder.Write($"{name}/log.csv", ["update,question,rl,ref,score,cut,text", .. Rows.Select(Csv)]);
                break;
            case "trl":
                foreach (IGrouping<int, LoggedCompletion> step in Steps)
                {
                    Parquet(folder[$"{name}/completions/completions_{step.Key:D5}.parquet"], step.Select(Trl));
                }

                break;
            case "parquet":
                Parquet(folder[$"{name}/log.parquet"], Rows.Select(row => JsonNode.Parse(Plain(row))!.AsObject()));
                break;
            case "slime":
                foreach (IGrouping<int, LoggedCompletion> step in Steps)
                {
                    TorchWriter.Write(folder[$"{name}/rollout_{step.Key - 1}.pt"], Slime(step));
                }

                break;
            case "ugcs":
                TorchWriter.Write(folder[$"{name}/training_logs/log_step_240.pt"], Ugcs());
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "unknown");
        }
    }

    internal static string Hone(LoggedCompletion row, bool withReference, bool withTruncated) => Json(
        ("step", row.Step), ("prompt_id", $"p{row.Prompt}"), ("sample", row.Sample), ("mean_logprob", row.MeanLogprob),
        ("ref_mean_logprob", withReference ? row.RefMeanLogprob : null), ("reward", row.Reward),
        ("truncated", withTruncated && row.Truncated)).ToJsonString();

    private static string Uid(LoggedCompletion row) => $"{row.Step:x8}-{row.Prompt:x4}";

    private static void PerStep(TempFolder folder, Func<int, string> name, int offset, Func<LoggedCompletion, string> line)
    {
        foreach (IGrouping<int, LoggedCompletion> step in Steps)
        {
            folder.Write(name(step.Key + offset), [.. step.Select(line)]);
        }
    }

    private static string Verl(LoggedCompletion row, params (string, JsonNode?)[] more) => Json(
    [
        ("input", $"user\n{row.PromptText}\nassistant\n"), ("output", $"{row.Sample}"), ("gts", $"{2 * row.Prompt}"),
        ("score", row.Reward), ("step", row.Step), .. more, ("mean_logprob", row.MeanLogprob), ("ref_mean_logprob", row.RefMeanLogprob),
        ("truncated", row.Truncated),
    ]).ToJsonString();

    private static string OpenInstruct(LoggedCompletion row) => Json(
        ("step", row.Step - 1), ("sample_idx", (row.Prompt * LoggedRun.Samples) + row.Sample), ("prompt_idx", row.Prompt),
        ("prompt_tokens", List([1, 2, row.Prompt])), ("response_tokens", List([5, row.Sample])), ("reward", row.Reward),
        ("advantage", 0.5),
        ("finish_reason", row.Truncated ? "length" : "stop"), ("dataset", "gsm8k"), ("ground_truth", List([3])), ("request_info", null),
        ("logprobs", List(row.Logprobs)), ("ref_mean_logprob", row.RefMeanLogprob)).ToJsonString();

    // The prompt's two tokens, the completion, padding; each value in a list of one.
    private static string Nemo(LoggedCompletion row)
    {
        double[] around = [0, 0];
        return Json(
            ("content", One(List(["user"]))), ("rewards", One(row.Reward)), ("input_lengths", One(2 + row.Tokens)),
            ("token_ids", One(List<int>([7, row.Prompt, .. Enumerable.Repeat(9, row.Tokens), 0]))),
            ("token_loss_mask", One(List<int>([0, 0, .. Enumerable.Repeat(1, row.Tokens), 0]))), ("sample_loss_mask", One(1)),
            ("generation_logprobs", One(List<double>([.. around, .. row.Logprobs, 0]))),
            ("prev_logprobs", One(List<double>([.. around, .. row.Logprobs, 0]))),
            ("reference_policy_logprobs", One(List<double>([.. around, .. row.RefLogprobs, 0]))), ("truncated", One(row.Truncated)),
            ("idx", row.Sample)).ToJsonString();
    }

    private static string PrimeRl(LoggedCompletion row) => Json(
        ("id", "e"), ("env", Json(("id", "math"))),
        ("task", Json(("type", "t"), ("data", Json(("prompt", row.PromptText))), ("key", $"k{row.Prompt}"))),
        ("group", Json(("id", Uid(row)))),
        ("run", Json(("type", "train"), ("work", Json(("type", "train"), ("step", row.Step - 1))))), ("ok", true),
        ("traces", new JsonArray(Json(
            ("id", "t"),
            ("nodes", new JsonArray(
                Json(("message", Json(("role", "user"))), ("sampled", false), ("token_ids", List([1])), ("mask", new JsonArray(false))),
                Json(("parent", 0), ("sampled", true), ("logprobs", List(row.Logprobs)), ("reference_logprobs", List(row.RefLogprobs)),
                    ("finish_reason", row.Truncated ? "length" : "stop")))),
            ("rewards", Json(
                ("exact", Json(("score", row.Reward), ("weight", 0.75))), ("again", Json(("score", row.Reward), ("weight", 0.25))),
                ("judge", null))),
            ("is_completed", true))))).ToJsonString();

    private static string Swift(IGrouping<int, LoggedCompletion> step)
    {
        LoggedCompletion[] rows = [.. step];
        return Json(
            ("step", Column(rows, row => $"{row.Step}")), ("prompt", Column(rows, row => row.PromptText)),
            ("completion", Column(rows, row => $"{row.Step} {row.Sample}")), ("Accuracy", Column(rows, row => row.Reward)),
            ("Format", Column(rows, row => 0.0)), ("advantages", Column(rows, row => 0.1)), ("num_turns", Column(rows, row => 1)),
            ("mean_logprob", Column(rows, row => row.MeanLogprob)), ("ref_mean_logprob", Column(rows, row => row.RefMeanLogprob)),
            ("truncated", Column(rows, row => row.Truncated))).ToJsonString();
    }

    private static string Board(LoggedCompletion row) => Json(
        ("prompt", row.PromptText), ("response", "r"), ("logprobs", List(row.Logprobs)), ("ref_logprobs", List(row.RefLogprobs)),
        ("reward", row.Reward), ("step", row.Step), ("truncated", row.Truncated)).ToJsonString();

    private static string Plain(LoggedCompletion row) => Json(
        ("update", row.Step), ("question", row.PromptText), ("rl", List(row.Logprobs)), ("ref", List(row.RefLogprobs)),
        ("score", row.Reward),
        ("cut", row.Truncated ? "length" : "stop")).ToJsonString();

    private static string Csv(LoggedCompletion row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Step},{row.PromptText},\"{List(row.Logprobs).ToJsonString()}\",\"{List(row.RefLogprobs).ToJsonString()}\","
        + $"{row.Reward},{row.Truncated},\"a \"\"b\"\",\nc\"");

    private static JsonObject Trl(LoggedCompletion row) => Json(
        ("step", row.Step), ("prompt", row.PromptText), ("completion", $"{row.Step} {row.Sample}"),
        ("accuracy_reward", JsonNode.Parse(row.Reward == 0 ? "0.0" : "1.0")),
        ("format_reward", 0.5), ("mean_logprob", row.MeanLogprob), ("ref_mean_logprob", row.RefMeanLogprob), ("truncated", row.Truncated),
        ("advantage", 0.25));

    private static Dictionary<string, object?> Slime(IGrouping<int, LoggedCompletion> step) => new()
    {
        ["rollout_id"] = step.Key - 1,
        ["samples"] = step.Select(row => new Dictionary<string, object?>
        {
            ["group_index"] = (step.Key * LoggedRun.Prompts) + row.Prompt, ["index"] = row.Sample, ["prompt"] = row.PromptText,
            ["response"] = "r", ["response_length"] = row.Tokens, ["reward"] = row.Reward,
            ["loss_mask"] = Enumerable.Repeat(1, row.Tokens),
            ["rollout_log_probs"] = row.Logprobs, ["status"] = row.Truncated ? "truncated" : "completed",
        }).ToArray(),
    };

    private static Dictionary<string, object?> Ugcs() => new()
    {
        ["current_step"] = LoggedRun.Steps, ["step_seen"] = LoggedRun.Steps,
        ["logs"] = Rows.Chunk(LoggedRun.Samples).Select(group => new Dictionary<string, object?>
        {
            ["step"] = group.Select(row => $"{row.Step - 1}").ToArray(),
            ["extra_info"] = group.Select(row => new Dictionary<string, object?> { ["index"] = row.Prompt }).ToArray(),
            ["reward"] = group.Select(row => row.Reward).ToArray(),
            ["nll"] = group.Select(row => -row.RefMeanLogprob * row.Tokens).ToArray(),
            ["average_nll"] = group.Select(row => -row.RefMeanLogprob).ToArray(),
        }).ToArray(),
    };

    private static void Parquet(string path, IEnumerable<JsonObject> rows) =>
        ParquetFile.Write(path, [.. rows.Select(row => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(row))]);

    private static JsonObject Json(params (string Name, JsonNode? Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static JsonArray List<T>(IEnumerable<T> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    private static JsonArray Column<T>(IEnumerable<LoggedCompletion> rows, Func<LoggedCompletion, T> value) => List(rows.Select(value));

    private static JsonArray One(JsonNode value) => new(value);
}
