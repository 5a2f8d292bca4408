using Hone.Records.Logs;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class PrimeRlLogTests : IDisposable
{
    // One trace of two sampled turns, one without a reward.
    private const string Episode = """{"id":"e1","env":{"id":"math"},"task":{"type":"T","data":{"idx":3,"prompt":"q"},"key":"k3","hash":"h3"},"group":{"id":"g1"},"run":{"type":"train","id":"r","work":{"type":"train","step":4,"policy":{"start":3,"end":4}}},"ok":true,"errors":[],"traces":[{"id":"t1","nodes":[{"message":{"role":"user","content":"q"},"sampled":false,"token_ids":[1],"mask":[false],"logprobs":[]},{"parent":0,"message":{"role":"assistant","content":"a"},"sampled":true,"token_ids":[2,3],"mask":[true,true],"logprobs":[-1.0,-2.0],"reference_logprobs":[-4.0,-4.0],"finish_reason":"stop"},{"parent":1,"sampled":true,"logprobs":[-3.0],"finish_reason":"length"}],"rewards":{"exact":{"score":1.0,"weight":0.5},"format":{"score":1.0,"weight":0.25},"judge":null},"metrics":{},"is_completed":true},{"id":"t2","nodes":[],"rewards":{}}]}""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run/rollouts")]
    [InlineData("run")]
    public void The_batch_of_each_step_is_read(string path)
    {
        _folder.Write("run/rollouts/step_10/train/effective/traces.jsonl", Episode.Replace("k3", "k4", StringComparison.Ordinal));
        _folder.Write("run/rollouts/step_0/train/effective/traces.jsonl", $"{Episode}\n{Episode[..200]}");
        _folder.Write("run/rollouts/step_0/train/all/traces.jsonl", $"{Episode}\n{Episode}\n");
        _folder.Write("run/rollouts/step_0/eval/effective/traces.jsonl", Episode);
        RolloutLog log = LogsOf.Read(_folder[path]);
        Assert.Equal(("prime-rl", 1, 0), (log.Format.Name, log.Format.StepOffset, log.Format.CheckpointOffset));
        Assert.Equal([1, 11], log.Steps.ToArray());
        Assert.Equal(["k3", "k4"], log.PromptIds);
        Assert.Equal([0.75, 0.75], log.Rewards.ToArray());
        Assert.Equal([-2, -2], log.MeanLogprobs.ToArray());
        Assert.Equal([-4, -4], log.RefMeanLogprobs.ToArray());
        Assert.Equal([true, true], log.Truncated.ToArray());
        Assert.Equal(3, log.Tokens[0]);
        Assert.Equal(["foreign_rows", "half_line", "missing_steps"], log.Ids());
    }

    [Fact]
    public void Traces_by_arrival_are_warned_of_and_evaluations_left_out()
    {
        string eval = Episode.Replace("\"work\":{\"type\":\"train\"", "\"work\":{\"type\":\"eval\"", StringComparison.Ordinal);
        _folder.Write("run/traces/step_1/train/traces.jsonl", $"{Episode}\n{eval}\n");
        RolloutLog log = LogsOf.Read(_folder["run"]);
        Assert.Equal([2], log.Steps.ToArray());
        Assert.Equal(["unfiltered_traces", "foreign_rows"], log.Ids());
    }

    [Theory]
    [InlineData("\"score\":1.0,\"weight\":0.5", "\"score\":\"x\",\"weight\":0.5", "field 'rewards.score' is 'x', expected a number")]
    [InlineData("\"score\":1.0,\"weight\":0.5", "\"weight\":0.5", "no field 'rewards.score'; the fields are weight")]
    [InlineData("[-1.0,-2.0]", "[-1.0,[2]]", "field 'nodes.logprobs' is a list, expected a number")]
    [InlineData("\"group\":{\"id\":\"g1\"}", "\"group\":{}", "")]
    [InlineData("\"task\"", "\"tusk\"", "")]
    public void Odd_episodes_are_named(string from, string to, string message)
    {
        string path = _folder.Write("step_1/train/effective/traces.jsonl", Episode.Replace(from, to, StringComparison.Ordinal));
        if (message.Length > 0)
        {
            Bad.Input(() => LogsOf.Read(path), "traces.jsonl:1: ", message);
        }
        else
        {
            Assert.Equal([from == "\"task\"" ? "g1" : "k3"], LogsOf.Read(path).PromptIds);
        }
    }

    [Fact]
    public void The_step_is_in_the_folders_name_alone() => Bad.Input(
        () => LogsOf.Read(_folder.Write("elsewhere/traces.jsonl", Episode)), "the step is in the folder's name alone");
}
