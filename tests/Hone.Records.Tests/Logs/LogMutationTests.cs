using System.Text;
using Hone.Mutation;
using Hone.Records.Logs;
using Hone.Records.Logs.Texts;
using Hone.Records.RunFolders;

namespace Hone.Records.Tests.Logs;

/// <summary>Damaged rollout logs of every trainer, numbers and texts.</summary>
public sealed class LogMutationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, string> Logs => new()
    {
        { "hone", "rollouts/step-000001.jsonl", """
            {"step":1,"prompt_id":"a","sample":0,"prompt":"1+1=","completion":" 2é","reward":1.0,"rewards":{"exact":1},"correct":true,"truncated":false,"tokens":2,"mean_logprob":-0.25,"tail_logprob":-0.5,"mean_entropy":0.125,"ref_mean_logprob":-0.5,"token_logprobs":[-0.25,-0.25]}
            {"step":1,"prompt_id":"a","sample":1,"prompt":"1+1=","completion":"\ud83d\ude00\n3","reward":0,"rewards":{},"correct":false,"truncated":true,"tokens":1,"mean_logprob":null,"ref_mean_logprob":-1e-3}

            """ },
        { "verl", "5.jsonl", """
            {"input":"q","output":"a","gts":"4","score":0.25,"step":5,"uid":"0b-1_0_0","mean_logprob":-1,"acc":true}
            {"input":"q a tool","output":"b","gts":"4","score":NaN,"step":5,"uid":"0b-1_0_1","mean_logprob":-2,"truncated":true}
            {"input":"r","output":"b","gts":"4","score":1.0,"step":5,"uid":"0b-2_0_0","mean_logprob":-2,"ref_mean_logprob":-4}

            """ },
        { "open-instruct", "a_rollouts_000000.jsonl", """
            {"step": 0, "sample_idx": 0, "prompt_idx": 0, "prompt_tokens": [1, 2], "response_tokens": [3, 4], "reward": 10.0, "advantage": 1.0, "finish_reason": "stop", "dataset": "gsm8k", "ground_truth": [4], "request_info": {"num_calls": 0}, "logprobs": [-0.5, -1.0]}
            {"step": 1, "sample_idx": 1, "prompt_idx": 0, "prompt_tokens": [1], "response_tokens": [3], "reward": 0.0, "advantage": -1.0, "finish_reason": "length", "dataset": "gsm8k", "ground_truth": null, "request_info": null, "logprobs": null}

            """ },
        { "nemo-rl", "train_data_step1.jsonl", """
            {"content": [["q", "a"]], "rewards": [1.0], "input_lengths": [4], "token_ids": [[5, 6, 7, 8, 0]], "token_loss_mask": [[0, 0, 1, 1, 0]], "sample_loss_mask": [1.0], "advantages": [[0.5, 0.5, 0.5, 0.5, 0.0]], "generation_logprobs": [[0.0, 0.0, -1.0, -2.0, 0.0]], "prev_logprobs": [[0.0, 0.0, -3.0, -3.0, 0.0]], "idx": 0}
            {"content": "q b", "rewards": 0.0, "input_lengths": 3, "token_ids": [5, 6, 9], "token_loss_mask": [0, 0, 1], "sample_loss_mask": 1, "advantages": -0.5, "prev_logprobs": [0.0, 0.0, -4.0], "idx": 1}

            """ },
        { "prime-rl", "step_1/train/effective/traces.jsonl", """
            {"id":"e1","env":{"id":"math"},"task":{"type":"T","data":{"idx":3,"prompt":"q"},"key":"k3","hash":"h3"},"group":{"id":"g1"},"run":{"type":"train","id":"r","work":{"type":"train","step":4,"policy":{"start":3,"end":4}}},"ok":true,"errors":[],"traces":[{"id":"t1","nodes":[{"message":{"role":"user","content":"q"},"sampled":false,"token_ids":[1],"mask":[false],"logprobs":[]},{"parent":0,"message":{"role":"assistant","content":"a"},"sampled":true,"token_ids":[2,3],"mask":[true,true],"logprobs":[-1.0,-2.0],"reference_logprobs":[-4.0,-4.0],"finish_reason":"stop"}],"rewards":{"exact":{"score":1.0,"weight":0.5},"judge":null},"metrics":{},"is_completed":true}]}

            """ },
        { "ms-swift", "completions.jsonl", """
            {"step": ["1", "1"], "prompt": ["q", "r"], "completion": ["a", "b"], "Accuracy": [1.0, null], "Format": [0.5, NaN], "advantages": [0.5, -0.5], "num_turns": [1, 2], "mean_logprob": [-1.0, -2.0], "entropy": [0.1, 0.2]}
            {"step": ["2", "2"], "prompt": ["q", "r"], "completion": ["a", "b"], "Accuracy": [1.0, 0], "Format": [0.5, 1], "advantages": [0.5, -0.5], "num_turns": [1, 2], "mean_logprob": [-1.0, -2.0], "entropy": [0.1, 0.2]}

            """ },
        { "rl-logging-board", "board.jsonl", """
            {"prompt":"q","response":"a b","response_tokens":["a"," b"],"logprobs":[-0.5,-1.5],"ref_logprobs":[-1,-1],"values":[0,0],"token_rewards":[0,1],"reward":1.0,"step":1}
            {"prompt":"r","response":"c","response_tokens":["c"],"logprobs":[-0.5],"ref_logprobs":[-1],"values":[0],"token_rewards":[0],"reward":0.5,"step":2}

            """ },
        { "csv", "log.csv", "step,prompt_id,prompt,completion,reward,mean_logprob,tokens\r\n1,\"a, \"\"b\"\"\nc\",p,\"x,y\",1,-0.5,3\r\n\r\n2,q,\"p\",z,0.5,-3e-1,1\n3,z,p,y,,nan,2\n" },
        { "json-lines", "rows.jsonl", """
            {"step":1,"prompt_id":1,"prompt":"q","completion":"a","reward":"0.5","mean_logprob":-1}
            {"step":2,"prompt_id":2,"prompt":"r","completion":"","reward":true,"mean_logprob":"-2"}

            """ },
    };

    /// <summary>Those that hold texts.</summary>
    public static TheoryData<string, string, string> LogsWithTexts =>
        [.. Logs.Where(log => log.Data.Item1 is not ("open-instruct" or "nemo-rl" or "prime-rl")).Select(log => log.Data)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Logs))]
    public void Rows(string format, string name, string sound)
    {
        string path = _folder.Write(name, sound);
        MutationRun.Check($"rollout log ({format})", Encoding.UTF8.GetBytes(sound), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            RolloutLog log = RolloutLog.Read(path, new LogOptions { Format = format, Measures = UncertaintyMeasures.All });
            Assert.DoesNotContain(log.Rewards.ToArray(), reward => !double.IsFinite(reward));
            return log.Findings.Count;
        }, words: ["NaN", "Infinity", "1e309", "\"step\":-1,", "\"prompt_id\":null,", "\r", "\"\"", "2147483647"]);
    }

    [Theory]
    [MemberData(nameof(LogsWithTexts))]
    public void Texts(string format, string name, string sound)
    {
        string path = _folder.Write(name, sound);
        MutationRun.Check($"texts of a rollout log ({format})", Encoding.UTF8.GetBytes(sound), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            RolloutTexts texts = RolloutTexts.Open(path, new LogOptions { Format = format });
            return texts.Files.Sum(file => texts.Of(file).Count());
        }, words: ["\\ud800", "\\", "\"completion\":1,", "[{\"role\":\"user\"}]"]);
    }

    [Fact]
    public void Compressed_rows_are_read_as_they_were_or_refused()
    {
        string sound = string.Concat(Enumerable.Range(1, 40).Select(i =>
            $$"""{"step":{{i}},"prompt_id":"p{{i % 7}}","reward":{{i % 3}},"mean_logprob":-{{i}}.5}""" + "\n"));
        string path = _folder.WriteBytes("log.jsonl.gz", TempFolder.Gzip(sound));
        object known = Sums(path);
        MutationRun.Check("rollout log (gzip)", File.ReadAllBytes(path), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            return bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? Sums(path) : Refused(path);
        }, known: known);

        static object Sums(string path)
        {
            RolloutLog log = RolloutLog.Read(path, new LogOptions { Format = "hone" });
            return (log.Count, log.Steps.ToArray().Sum(), log.Rewards.ToArray().Sum(), log.MeanLogprobs.ToArray().Sum());
        }

        // Without the mark of gzip a file is taken for text.
        static object Refused(string path)
        {
            _ = RolloutLog.Read(path);
            throw new InvalidOperationException("damaged gzip was read as text");
        }
    }

    [Fact]
    public void No_line_at_all_is_no_line_of_a_page() => Assert.Null(RolloutDetail.Read([]));

    [Fact]
    public void Lines_of_a_page()
    {
        const string Sound = """{"step":3,"prompt_id":"a\u00e9","sample":0,"prompt":"q","completion":"x","answer":"4","reward":1.0,"rewards":{"exact":1,"format":null},"correct":true,"truncated":false,"tokens":2,"mean_logprob":-0.25,"ref_mean_logprob":-0.5,"token_ids":[1,2],"token_logprobs":[-0.25,null]}""";
        MutationRun.Check("rollout line of a page", Encoding.UTF8.GetBytes(Sound), bytes =>
        {
            bool read = RolloutNumbers.TryRead(bytes, out _, out ReadOnlySpan<byte> id) && RolloutNumbers.IdText(id).Length >= 0;
            return RolloutDetail.Read(bytes) is not null || read ? true : throw new InvalidDataException("no line");
        });
    }
}
