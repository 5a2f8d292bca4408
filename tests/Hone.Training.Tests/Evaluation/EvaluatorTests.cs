using Hone.Engine.Kernels;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Training.Evaluation;
using Hone.Training.Rewards;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Evaluation;

public class EvaluatorTests
{
    private static readonly DataRow[] Rows = [Row("a", "1+1=", "2"), Row("b", "3+4=", "7"), Row("c", "5+5=", "10")];

    // Right: 4, 2 and 0 of 4. b votes 8, then ties, then ties, then 7 twice against 8 twice, seen first.
    private static readonly FakeModel Model = new(new Dictionary<string, string[]>
    {
        ["1+1="] = ["2", "#### 2", "so 2.0", "<answer>2</answer>"],
        ["3+4="] = ["8", "7", "<answer> 7", "3+4 is 8..."],
        ["5+5="] = ["9", "no idea", "11 ...", "11"],
    });

    private static readonly EvaluationOptions Four = new() { Samples = 4, MaxTokens = 33, Seed = 3 };

    [Fact]
    public void Accuracy_is_the_mean_share_of_right_completions()
    {
        EvaluationResult result = Evaluator.Evaluate(Model, Rows, Four, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([4, 2, 0], result.Correct);
        Assert.Equal(0.5, result.Accuracy, Tolerance.Rounding);
        Assert.Equal((3, 4), (result.Prompts, result.Samples));
        Assert.Equal([1, 0, 1, 0, 1], result.Histogram);
        Assert.InRange(result.Low, 0, 0.5);
        Assert.InRange(result.High, 0.5, 1);
        Assert.Equal((1, 2), (result.FormatFailures, result.Truncated));
    }

    [Fact]
    public void Pass_at_k_is_the_unbiased_estimate()
    {
        EvaluationResult result = Evaluator.Evaluate(Model, Rows, Four, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 4], result.PassAt.Keys);

        // Of b's two right in four, a pair misses both once in six.
        Near.Check("pass@k", [1.5 / 3, (1 + (5.0 / 6)) / 3, 2.0 / 3], [.. result.PassAt.Values], Tolerance.Rounding);
    }

    [Fact]
    public void Majority_of_the_first_k_votes_and_ties_go_to_the_first_seen()
    {
        EvaluationResult result = Evaluator.Evaluate(Model, Rows, Four, cancel: TestContext.Current.CancellationToken);
        Near.Check("maj@k", [1.0 / 3, 1.0 / 3, 1.0 / 3], [.. result.MajorityAt.Values], Tolerance.Rounding);
        EvaluationResult three = Evaluator.Evaluate(Model, Rows, Four with { Samples = 3 }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], three.MajorityAt.Keys);
        Assert.Equal(2.0 / 3, three.MajorityAt[3], Tolerance.Rounding);
    }

    [Fact]
    public void Ways_to_write_one_number_are_one_vote()
    {
        var model = new FakeModel(new Dictionary<string, string[]> { ["1+1="] = ["3", "2", "3", "2.0", "\\boxed{4/2}"] });
        EvaluationResult result = Evaluator.Evaluate(
            model, Rows[..1], Four with { Samples = 5 }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(3, result.Correct[0]);
        Assert.Equal([0.0, 0, 0, 1], result.MajorityAt.Values);
    }

    [Fact]
    public void One_sample_has_Wilsons_interval()
    {
        EvaluationResult result = Evaluator.Evaluate(
            Model, Rows, new EvaluationOptions(), cancel: TestContext.Current.CancellationToken);
        Assert.Equal([1, 0, 0], result.Correct);
        Assert.Equal([1], result.PassAt.Keys);

        // (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
        const double Z = 1.959963984540054;
        double n = 3, p = 1 / n, middle = p + (Z * Z / (2 * n)), root = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        double[] expected = [(middle - root) / (1 + (Z * Z / n)), (middle + root) / (1 + (Z * Z / n))];
        Near.Check("interval", expected, [result.Low, result.High], Tolerance.Rounding);
    }

    [Fact]
    public void Text_answers_are_compared_as_text()
    {
        var model = new FakeModel(new Dictionary<string, string[]>
        {
            ["Sky?"] = ["<answer>deep  blue</answer>", "<answer>Deep blue</answer>"],
        });
        EvaluationResult result = Evaluator.Evaluate(
            model, [Row("s", "Sky?", "deep blue")], Four with { Samples = 2, Reward = new ExactTextReward() }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([1], result.Correct);
    }

    [Fact]
    public void Answers_that_the_reward_calls_equal_are_one_vote()
    {
        // As text 2.0 is not 2, and 3 has more votes; as numbers the two are one and win.
        var model = new FakeModel(new Dictionary<string, string[]> { ["1+1="] = ["<answer>3</answer>", "#### 2", "\\boxed{3}", "#### 2.0", "#### 2."] });
        EvaluationOptions five = Four with { Samples = 5 };
        double Majority(IAnswerReward reward) => Evaluator.Evaluate(
            model, Rows[..1], five with { Reward = reward }, cancel: TestContext.Current.CancellationToken).MajorityAt[5];
        Assert.Equal(0.0, Majority(new ExactTextReward()));
        Assert.Equal(1.0, Majority(new NumericAnswerReward()));
    }

    [Fact]
    public void A_truncated_completion_is_no_format_failure()
    {
        var model = new FakeModel(new Dictionary<string, string[]> { ["1+1="] = ["no idea", "hm, let me see...", "2...", "2"] });
        EvaluationResult result = Evaluator.Evaluate(model, Rows[..1], Four, cancel: TestContext.Current.CancellationToken);
        Assert.Equal((1, 2), (result.FormatFailures, result.Truncated));
    }

    [Fact]
    public void Mean_length_is_in_tokens()
    {
        // The fake model's tokens are letters.
        EvaluationResult result = Evaluator.Evaluate(Model, Rows[..1], Four, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(("2".Length + "#### 2".Length + "so 2.0".Length + "<answer>2</answer>".Length) / 4.0, result.MeanLength, Tolerance.Rounding);
    }

    [Fact]
    public void Known_samples_are_not_made_again_and_the_rest_comes_in_order()
    {
        IReadOnlyList<SampleLine> all = Evaluator.Sample(Model, Rows, Four, [], cancel: TestContext.Current.CancellationToken);
        Assert.Equal(Rows.SelectMany(row => Enumerable.Range(0, 4).Select(sample => (row.Id, sample))), all.Select(line => (line.Id, line.Sample)));

        // Of a the second and third are known, of b all; in another order than they will be given back.
        SampleLine[] known = [all[6], all[4], all[2], all[1], all[7], all[5]];
        var judged = new List<SampleLine>();
        var rest = new FakeModel(new Dictionary<string, string[]> { ["1+1="] = ["2", "<answer>2</answer>"], ["5+5="] = ["9", "no idea", "11 ...", "11"] });
        IReadOnlyList<SampleLine> resumed = Evaluator.Sample(rest, Rows, Four, known, judged.Add, TestContext.Current.CancellationToken);
        Assert.Equal(all, resumed);
        Assert.Equal(6, judged.Count);
        Assert.Equal(
            [Evaluator.Seed(3, "a", 0), Evaluator.Seed(3, "a", 3), .. Enumerable.Range(0, 4).Select(sample => Evaluator.Seed(3, "c", sample))],
            rest.Asked.SelectMany(request => request.Seeds));
    }

    [Fact]
    public void Nothing_is_asked_of_the_model_where_all_is_known()
    {
        IReadOnlyList<SampleLine> all = Evaluator.Sample(Model, Rows, Four, [], cancel: TestContext.Current.CancellationToken);
        var idle = new FakeModel(new Dictionary<string, string[]>());
        Assert.Equal(all, Evaluator.Sample(idle, Rows, Four, all, cancel: TestContext.Current.CancellationToken));
        Assert.Empty(idle.Asked);
    }

    [Fact]
    public void The_model_and_the_reward_see_the_same_prompt_text()
    {
        var model = new FakeModel(new Dictionary<string, string[]> { ["Q: 1+1= A: <answer>"] = ["2</answer> or 3"] });
        EvaluationResult result = Evaluator.Evaluate(
            model, Rows[..1], new EvaluationOptions { PromptText = row => $"Q: {row.Prompt} A: <answer>" },
            cancel: TestContext.Current.CancellationToken);
        Assert.Equal([1], result.Correct);
    }

    [Fact]
    public void Every_sample_has_a_stream_of_its_own()
    {
        var sampling = new SamplingRule { Temperature = 0.8 };
        Evaluator.Evaluate(Model, Rows, Four with { Sampling = sampling }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(sampling, Model.Rule);
        Assert.All(Model.Asked, request => Assert.Equal(33, request.MaxTokens));
        ulong[] seeds = [.. Model.Asked.SelectMany(request => request.Seeds)];
        Assert.Equal(Rows.SelectMany(row => Enumerable.Range(0, 4).Select(sample => Evaluator.Seed(3, row.Id, sample))), seeds);
        Assert.Distinct(seeds.Append(Evaluator.Seed(4, "a", 0)));
    }

    private static DataRow Row(string id, string prompt, string answer) => new(id, prompt, answer, null, null, default, 1);
}
