using Hone.Records.RunFolders;

namespace Hone.Records.Tests.RunFolders;

public sealed class RolloutFileTests : IDisposable
{
    private static readonly RolloutLine Line = new(3, "gsm-1", 2, "1+1=", "<answer> 2</answer> \u00e9\n\"", "2", 1.1,
        new Dictionary<string, double> { ["Correct"] = 1, ["format"] = 0.1 }, true, true, false, 9, -0.25, -2.25, -1.5,
        0.75, -0.5, 0.707, 0.9, 2, -1.25, 3.5, [7, 0], [-0.1234, 0]);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_fields_are_those_of_the_design()
    {
        RolloutFile.Write(_folder["a.jsonl"], [Line]);
        const string Expected = """
            {"step":3,"prompt_id":"gsm-1","sample":2,"prompt":"1+1=","completion":"<answer> 2</answer> E\n\"",
            "answer":"2","reward":1.1,"rewards":{"Correct":1,"format":0.1},"correct":true,"format_ok":true,
            "truncated":false,"tokens":9,"mean_logprob":-0.25,"sum_logprob":-2.25,"min_logprob":-1.5,
            "mean_entropy":0.75,"ref_mean_logprob":-0.5,"advantage":0.707,"temperature":0.9,"policy_step":2,
            "tail_logprob":-1.25,"self_certainty":3.5,"token_ids":[7,0],"token_logprobs":[-0.1234,0]}
            """;
        Assert.Equal(string.Concat(Expected.Split('\n')).Replace("E\\n", "\u00e9\\n", StringComparison.Ordinal) + "\n",
            File.ReadAllText(_folder["a.jsonl"]));
    }

    [Fact]
    public void Lines_come_back_as_they_were_written()
    {
        RolloutLine[] lines =
        [
            Line,
            Line.WithoutText() with { TokenLogprobs = null, RefMeanLogprob = null, MeanLogprob = double.NaN, Advantage = double.NegativeInfinity },
        ];
        RolloutFile.Write(_folder["a.jsonl"], lines);
        RolloutLine[] read = [.. RolloutFile.Read(_folder["a.jsonl"])];
        Assert.Equal(lines[0].Rewards, read[0].Rewards);
        Assert.Equal(lines[0].TokenIds, read[0].TokenIds);
        Assert.Equal(lines[0].TokenLogprobs, read[0].TokenLogprobs);
        Assert.Equal(lines[0], read[0] with
        {
            Rewards = lines[0].Rewards,
            TokenIds = lines[0].TokenIds,
            TokenLogprobs = lines[0].TokenLogprobs,
        });
        Assert.Null(read[1].Prompt ?? read[1].Completion ?? read[1].Answer);
        Assert.True(read[1].TokenIds is null && read[1].TokenLogprobs is null);
        Assert.Null(read[1].RefMeanLogprob);
        Assert.True(double.IsNaN(read[1].MeanLogprob) && double.IsNaN(read[1].Advantage));
        Assert.Equal(2, File.ReadAllLines(_folder["a.jsonl"]).Length);
    }

    [Fact]
    public void Lines_of_a_run_that_recorded_less_are_read()
    {
        RolloutFile.Write(_folder["a.jsonl"], [Line]);
        string text = File.ReadAllText(_folder["a.jsonl"]);
        text = text[..text.IndexOf(",\"tail_logprob", StringComparison.Ordinal)] + "}\n";
        RolloutLine read = RolloutFile.Read(_folder.Write("b.jsonl", text)).Single();
        Assert.True(double.IsNaN(read.TailLogprob) && double.IsNaN(read.SelfCertainty));
        Assert.True(read.TokenIds is null && read.TokenLogprobs is null);
        Assert.Equal(Line.PolicyStep, read.PolicyStep);
    }

    [Fact]
    public void A_missing_field_is_named()
    {
        RolloutFile.Write(_folder["a.jsonl"], [Line]);
        string text = File.ReadAllText(_folder["a.jsonl"]).Replace("\"reward\":1.1,", "", StringComparison.Ordinal);
        Bad.Input(() => RolloutFile.Read(_folder.Write("b.jsonl", text)).ToList(), "b.jsonl:1: ", "'reward'");
    }
}
