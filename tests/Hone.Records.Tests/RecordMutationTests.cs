using System.Text;
using System.Text.Json.Nodes;
using Hone.Mutation;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Records.RunFolders;

namespace Hone.Records.Tests;

/// <summary>Damaged files of a run, of scores and of data sets.</summary>
public sealed class RecordMutationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> DataSets => new()
    {
        { "GSM8K", """{"question":"1+1?","answer":"two\n#### 2"}""" + "\n" + """{"question":"2+é?","answer":"#### 1,000"}""" + "\n" },
        { "plain", """{"id":"a","prompt":"q","answer":"1","level":1}""" + "\n\n" + """{"id":"b","prompt":"r","answer":2.50,"level":null}""" },
        { "TRL", """{"prompt":[{"role":"system","content":"s"},{"role":"user","content":"q"}],"solution":"1"}""" + "\n" },
        { "verl", """{"data_source":"d","prompt":[{"content":"q","role":"user"}],"reward_model":{"ground_truth":"4","style":"rule"},"extra_info":{"index":3,"split":"train"}}""" + "\n" },
        { "open-instruct", """{"messages":[{"role":"user","content":"q"}],"ground_truth":["4"],"dataset":["math"]}""" + "\n" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(DataSets))]
    public void Data_sets(string shape, string sound)
    {
        string path = _folder["data.jsonl"];
        MutationRun.Check($"data set ({shape})", Encoding.UTF8.GetBytes(sound), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return DataSet.Read(path).Rows.Sum(row => row.Prompt.Length);
        }, words: ["\"id\":1,", "\"prompt\":[],", "[{}]", "null", "NaN"]);
    }

    [Fact]
    public void Scores() => Lines(
        "scores.jsonl", """{"id":"a","confidence":0.5,"probability":0.25,"tokens":3,"target":"answer","prompt_hash":"00"}""" + "\n"
            + """{"id":"b","confidence":null,"probability":1e-3,"tokens":1}""" + "\n", path => ScoreLine.ReadAll(path).Count);

    [Fact]
    public void Held_out_results()
    {
        const string Sound = """{"step":20,"data_set":"a","accuracy":0.5,"low":0.4,"high":0.6,"prompts":10,"samples":1}""" + "\n"
            + """{"step":40,"data_set":"a","accuracy":0.75,"low":0.4,"high":null,"prompts":10,"samples":1}""" + "\n";
        Lines("evals.jsonl", Sound, path => EvalLine.ReadAll(path).Count());
        Lines("evals.jsonl (as a table of any trainer)", Sound, path => StepMetric.Read(path).Values.Count);
        Lines("trainer_state.json", """
            {
              "best_global_step": 40, "best_metric": 0.7, "global_step": 60,
              "log_history": [
                {"step": 10, "loss": 0.1, "reward": 0.3, "kl": NaN},
                {"step": 40, "eval_loss": 0.7, "eval_reward": 0.8, "eval_rewards/acc/mean": 0.7, "eval_runtime": 3}
              ]
            }
            """, path => StepMetric.Read(path).Values.Count);
    }

    [Fact]
    public void Metrics() => Lines(
        "metrics.jsonl", """{"step":1,"loss":0.5,"reward":null,"words":"x","inner":{"a":[1]}}""" + "\n" + """{"step":2,"loss":-1e-9}""" + "\n",
        path => MetricsLine.ReadAll(path).Count());

    [Fact]
    public void Deleted_checkpoints() => Lines(
        "deleted.jsonl", """{"step":5,"score":0.25}""" + "\n" + """{"step":10,"score":null}""" + "\n", path => DeletedCheckpoint.ReadAll(path).Count);

    [Fact]
    public void Judged_samples() => Lines(
        "samples.jsonl", """{"id":"a","sample":0,"completion":"2","answer":null,"reward":1,"correct":true,"format_ok":false,"truncated":false,"tokens":1}""" + "\n",
        path => SampleFile.Read(path).Count);

    [Fact]
    public void Own_rollouts() => Lines(
        "step-000001.jsonl", """{"step":1,"prompt_id":"a","sample":0,"prompt":"q","completion":"x","answer":null,"reward":1,"rewards":{"a":1},"correct":true,"format_ok":true,"truncated":false,"tokens":1,"mean_logprob":-1,"sum_logprob":-1,"min_logprob":-1,"mean_entropy":0,"ref_mean_logprob":null,"advantage":0,"temperature":1,"policy_step":0,"token_ids":[1],"token_logprobs":[-1]}""" + "\n",
        path => RolloutFile.Read(path).Count());

    [Fact]
    public void Answer_pairs() => Lines(
        "pairs.jsonl", """{"gold":"1/2","answer":"0.5"}""" + "\n" + """{"gold":2,"answer":"x"}""" + "\n", path => AnswerPair.ReadAll(path, FieldMap.None).Count());

    [Fact]
    public void Documents() => Lines(
        "run.json", """{"command":"train","config":{"steps":10,"model":"m\u00e9","rewards":{"exact":1.0},"list":[1,null,true,"x"]},"stopped":null}""" + "\n", path =>
        {
            JsonNode document = JsonFile.Read(path);
            JsonFile.Write(_folder["again.json"], document);
            return Walk(document);
        });

    [Fact]
    public void Indexes_of_checkpoints()
    {
        string folder = Path.GetDirectoryName(_folder.Write("step-000005/config.json", "{}"))!;
        _folder.Write("step-000005/model-00001-of-00001.safetensors", "x");
        byte[] sound = """{"metadata":{"total_size":8},"weight_map":{"a":"model-00001-of-00001.safetensors","b":"model-00001-of-00001.safetensors"}}"""u8.ToArray();
        MutationRun.Check("model.safetensors.index.json (of a checkpoint)", sound, bytes =>
        {
            _folder.WriteBytes("step-000005/model.safetensors.index.json", bytes);
            return CheckpointSearch.In(_folder.Root).LeftOut.Count == 0 ? folder : throw new InvalidDataException("left out");
        });
    }

    /// <summary>A manifest has sums: whatever is done to it or to a file that it names, only the folder as it was passes.</summary>
    [Theory]
    [InlineData("manifest.json")]
    [InlineData("state.json")]
    public void A_folder_with_a_manifest_is_as_it_was_or_refused(string damaged)
    {
        _folder.Write("c/state.json", """{"step":5,"cursor":[1,2,3]}""");
        _folder.Write("c/weights", new string('w', 500));
        FileManifest.Write(_folder["c"]);
        byte[] sound = File.ReadAllBytes(_folder[$"c/{damaged}"]);
        JsonNode known = JsonFile.Read(_folder["c/manifest.json"]);
        MutationRun.Check($"{damaged} (with sums)", sound, bytes =>
        {
            _folder.WriteBytes($"c/{damaged}", bytes);
            if (FileManifest.Problem(_folder["c"]) is { } problem)
            {
                throw new InvalidDataException(problem);
            }

            // A manifest that passes may be written in other words, or name fewer files; a file that passes is the same.
            return damaged == "state.json" ? bytes.AsSpan().SequenceEqual(sound) : JsonFile.Read(_folder["c/manifest.json"])["files"]!.AsObject()
                .All(file => JsonNode.DeepEquals(file.Value!["sha256"], known["files"]![file.Key]!["sha256"]));
        }, known: true, words: ["../", "/etc/passwd", "weights"]);
    }

    private static int Walk(JsonNode? node) => node switch
    {
        JsonObject fields => fields.Sum(field => field.Key.Length + Walk(field.Value)),
        JsonArray items => items.Sum(Walk),
        JsonValue value when value.TryGetValue(out string? text) => text.Length,
        _ => 1,
    };

    private void Lines(string name, string sound, Func<string, object?> read)
    {
        string path = _folder["file"];
        MutationRun.Check(name, Encoding.UTF8.GetBytes(sound), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return read(path);
        }, words: ["NaN", "-Infinity", "1e400", "2147483648", "\"step\":1,"]);
    }
}
