using Hone.Records.Logs;
using Hone.Records.RunFolders;

namespace Hone.Records.Tests.Logs;

/// <summary>Measures of uncertainty, from the fields that hold them or from what they can be made of.</summary>
public sealed class MeasureTests : IDisposable
{
    private static readonly UncertaintyMeasure[] Own =
        [UncertaintyMeasure.Sum, UncertaintyMeasure.Entropy, UncertaintyMeasure.Min, UncertaintyMeasure.Tail, UncertaintyMeasure.SelfCertainty];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_are_in_the_order_of_the_measures()
    {
        Assert.Equal(UncertaintyMeasures.All.Count, UncertaintyMeasures.Names.Count);
        Assert.All(UncertaintyMeasures.All, measure => Assert.Equal(measure, UncertaintyMeasures.Named(measure.Name())));
        Assert.Equal("self-certainty", UncertaintyMeasure.SelfCertainty.Name());
        Assert.Null(UncertaintyMeasures.Named("all"));
    }

    [Fact]
    public void Our_own_rollouts_have_all_of_them()
    {
        RolloutFile.Write(_folder["a.jsonl"], [
            Line with { TailLogprob = double.NaN, Reward = double.NaN },
            Line with { TailLogprob = double.NaN, Correct = false },
            Line with { Sample = 1, FormatOk = false },
        ]);
        RolloutLog log = Read("a.jsonl", UncertaintyMeasures.All);
        Assert.Equal(UncertaintyMeasures.All, log.Measures);
        double[] expected = [0.25, 2.5, 0.75, 1.5, 1.25, -3.5, 0.5, 9];
        Assert.Equal(expected, UncertaintyMeasures.All.Select(measure => log.Uncertainty(measure, 1)));

        // The first row has no reward and is out; what was the second has no tail.
        Assert.Equal([double.NaN, 1.25], [log.Uncertainty(UncertaintyMeasure.Tail, 0), log.Uncertainty(UncertaintyMeasure.Tail, 1)]);
        Assert.Equal(1, log.MissingUncertainty(UncertaintyMeasure.Tail));
        Assert.Equal(
            [AnswerVerdict.Wrong | AnswerVerdict.FormatOk, AnswerVerdict.Correct | AnswerVerdict.FormatBad], log.Verdicts.ToArray());
    }

    [Fact]
    public void What_was_not_asked_for_is_not_kept()
    {
        RolloutFile.Write(_folder["a.jsonl"], [Line]);
        RolloutLog log = Read("a.jsonl", [UncertaintyMeasure.Entropy]);
        Assert.Equal(0.75, log.Uncertainty(UncertaintyMeasure.Entropy, 0));
        Assert.Throws<ArgumentException>(() => log.Uncertainty(UncertaintyMeasure.Min, 0));
        Assert.Equal(
            [UncertaintyMeasure.Anll, UncertaintyMeasure.Entropy, UncertaintyMeasure.Reference, UncertaintyMeasure.Length], log.Measures);
    }

    [Fact]
    public void A_list_of_log_probabilities_gives_sum_least_and_tail()
    {
        _folder.Write("a.jsonl", $$"""
            {"step":1,"prompt_id":1,"reward":1,"logprobs":[{{string.Join(',', Enumerable.Range(1, 20).Select(i => $"-{i}"))}}]}
            {"step":1,"prompt_id":1,"reward":1,"logprobs":[-0.5,-2],"sum_logprob":-9}
            {"step":1,"prompt_id":1,"reward":1,"logprobs":[]}
            {"step":1,"prompt_id":1,"reward":1,"logprobs":[-1,NaN]}
            """);
        RolloutLog log = Read("a.jsonl", Own);
        Assert.Equal([210, 9, double.NaN, double.NaN], Column(log, UncertaintyMeasure.Sum));
        Assert.Equal([20, 2, double.NaN, double.NaN], Column(log, UncertaintyMeasure.Min));
        Assert.Equal([19.5, 2, double.NaN, double.NaN], Column(log, UncertaintyMeasure.Tail));
        Assert.Equal(4, log.MissingUncertainty(UncertaintyMeasure.Entropy));
        Assert.DoesNotContain(UncertaintyMeasure.SelfCertainty, log.Measures);
    }

    [Fact]
    public void Mean_and_tokens_give_the_sum()
    {
        _folder.Write("a.csv", "step,prompt_id,reward,mean_logprob,tokens\n1,a,1,-0.5,8\n1,a,0,-0.25,\n");
        RolloutLog log = Read("a.csv", Own);
        Assert.Equal([4, double.NaN], Column(log, UncertaintyMeasure.Sum));
        Assert.Equal([UncertaintyMeasure.Anll, UncertaintyMeasure.Sum, UncertaintyMeasure.Length], log.Measures);
    }

    [Fact]
    public void Mapped_fields_give_them_and_bad_ones_are_refused()
    {
        _folder.Write("a.jsonl", """{"step":1,"prompt_id":1,"reward":1,"mean_logprob":-1,"ent":0.7,"d":{"acc":1},"fmt":"yes"}""");
        RolloutLog log = Read("a.jsonl", Own, "mean_entropy=ent", "correct=d.acc", "format_ok=fmt");
        Assert.Equal(0.7, log.Uncertainty(UncertaintyMeasure.Entropy, 0));
        Assert.Equal([AnswerVerdict.Correct], log.Verdicts.ToArray());
        _folder.Write("b.jsonl", """{"step":1,"prompt_id":1,"reward":1,"mean_logprob":-1,"mean_entropy":{"x":1}}""");
        Bad.Input(() => Read("b.jsonl", Own), "b.jsonl:1", "field 'mean_entropy' is an object, expected a number", "--field mean_entropy=");
        Assert.Equal(1, Read("b.jsonl", []).Count);
    }

    [Fact]
    public void A_row_that_is_cut_leaves_nothing_to_the_next_file()
    {
        _folder.Write("log/1.jsonl", """{"step":1,"prompt_id":1,"reward":1,"logprobs":[-7,-8,"x""");
        _folder.Write("log/2.jsonl", """{"step":2,"prompt_id":1,"reward":1,"logprobs":[-1,-2]}""" + "\n");
        Assert.Equal([3], Column(Read("log", Own), UncertaintyMeasure.Sum));
    }

    private static double[] Column(RolloutLog log, UncertaintyMeasure measure) =>
        [.. Enumerable.Range(0, log.Count).Select(row => log.Uncertainty(measure, row))];

    private RolloutLog Read(string file, IReadOnlyList<UncertaintyMeasure> measures, params string[] fields) =>
        RolloutLog.Read(_folder[file], new LogOptions { Measures = measures, Fields = FieldMap.ForRollouts(fields) });

    private static RolloutLine Line => new(
        3, "p", 0, "q", "c", "a", 1, new Dictionary<string, double>(), true, true, false, 9, -0.25, -2.5, -1.5, 0.75, -0.5, 0, 1, 2, -1.25, 3.5);
}
