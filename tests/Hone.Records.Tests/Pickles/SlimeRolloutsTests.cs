using Hone.Records.Pickles.Logs;

namespace Hone.Records.Tests.Pickles;

public sealed class SlimeRolloutsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_the_rows_of_a_rollout()
    {
        TorchRow[] rows = [.. SlimeRollouts.Read(Fixture.File("rollout_3.pt"))];
        Assert.Equal([3, 3, 3, 3, 3], rows.Select(row => row.Step));
        Assert.Equal(["40", "40", "41", "41", "42"], rows.Select(row => row.PromptKey));
        Assert.Equal([1, 0, 0.5, 0.25, double.NaN], rows.Select(row => row.Reward));
        Assert.Equal([false, true, false, false, false], rows.Select(row => row.Truncated));
        Assert.Equal("What is 40 + 1?", rows[0].Prompt);
        Assert.Equal(" It is 41.", rows[0].Completion);
        Assert.Equal("""[{"role":"user","content":"Hello"}]""", rows[3].Prompt);
        Assert.All(rows, row => Assert.True(double.IsNaN(row.RefMeanLogprob)));
    }

    // Row 2 has the log-probabilities -2, 0 and -4, the middle one a tool's, masked; row 3 has a mask and no
    // log-probabilities; row 4 has no token at all.
    [Fact]
    public void The_mean_is_over_the_tokens_of_the_policy()
    {
        TorchRow[] rows = [.. SlimeRollouts.Read(Fixture.File("rollout_3.pt"))];
        Assert.Equal([-1.75 / 3, -1.75 / 3, -3, double.NaN, double.NaN], rows.Select(row => row.MeanLogprob));
        Assert.Equal([3, 3, 2, 2, 0], rows.Select(row => row.Tokens));
    }

    [Fact]
    public void Takes_the_entry_that_the_key_names_of_rewards_that_are_dicts()
    {
        string file = Fixture.File("rollout_0.pt");
        Assert.Equal([1.0, 0.0], SlimeRollouts.Read(file, "score").Select(row => row.Reward));
        Assert.Equal([0.5, 1.0], SlimeRollouts.Read(file, "format").Select(row => row.Reward));
        Bad.Input(() => SlimeRollouts.Read(file).Count(),
            "rollout_0.pt: samples[0]: field 'reward' is a dict of score, format, expected a number or the name of one");
        Bad.Input(() => SlimeRollouts.Read(file, "scores").Count(),
            "no 'scores' in 'reward', which has score, format", "score may be it");
        Bad.Input(() => SlimeRollouts.Read(Fixture.File("rollout_3.pt"), "score").Count(),
            "samples[0]: field 'reward' is a number, expected a dict with 'score'", "leave the reward key out");
    }

    [Theory]
    [InlineData("eval_20.pt", true)]
    [InlineData("rollout_eval_0.pt", true)]
    [InlineData("run-eval_7.pt", true)]
    [InlineData("rollout_20.pt", false)]
    [InlineData("20.pt", false)]
    [InlineData("retrieval_20.pt", false)]
    public void Knows_evaluations_by_their_names(string name, bool expected) =>
        Assert.Equal(expected, SlimeRollouts.IsEvaluation(Path.Combine("eval_1", name)));

    [Fact]
    public void Evaluations_and_missing_files_are_refused()
    {
        string evaluation = _folder.WriteBytes("eval_9.pt", PickleBytes.Of("N."));
        Bad.Input(() => SlimeRollouts.Read(evaluation).Count(), "is an evaluation by its name");
        Assert.Throws<FileNotFoundException>(() => SlimeRollouts.Read(_folder["none.pt"]).Count());
    }

    [Fact]
    public void The_text_tells_prompts_apart_where_there_is_no_group()
    {
        string none = Sample("'group_index'", "N");
        TorchRow[] rows = [.. Read(Log(0, none, none))];
        Assert.Equal([null, null], rows.Select(row => row.PromptKey));
        string nothing = none.Replace("S'q'\n", "N", StringComparison.Ordinal);
        Bad.Input(() => Read(Log(0, nothing)).Count(), "neither 'group_index' nor text in 'prompt'");
    }

    [Fact]
    public void A_log_probability_that_is_None_makes_the_mean_unknown_unless_masked()
    {
        string[] fields = ["'rollout_log_probs'", "](NG\u00bf\u00f0" + new string('\0', 6) + "e"];
        Assert.Equal(double.NaN, Read(Log(0, Sample(fields))).Single().MeanLogprob);
        Assert.Equal(-1, Read(Log(0, Sample([.. fields, "'loss_mask'", "](I0\nI1\ne"]))).Single().MeanLogprob);
        Assert.Equal(double.NaN, Read(Log(0, Sample([.. fields, "'loss_mask'", "](I0\nI0\ne"]))).Single().MeanLogprob);
    }

    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        { "](I1\ne.", "holds a list of 1, expected a rollout log of slime" },
        { "}(S'rollout_id'\nI1\nS'rank'\nI0\nS'rollout_data'\n}u.", "no field 'samples'; the fields are rollout_id, rank, rollout_data" },
        { "}(S'rollout_id'\nI-1\nS'samples'\n]u.", "field 'rollout_id' is -1, expected a whole number from 0" },
        { "}(S'rollout_id'\nI1\nS'samples'\n}u.", "field 'samples' is a dict, expected a list" },
        { "}(S'rollout_id'\nI1\nS'samples'\n](I5\neu.", "samples[0] is a number, expected a dict" },
        { "}(S'rollout_id'\nI1\nS'samples'\n](}(S'index'\nI1\nueu.", "samples[0]: no field 'group_index'; the fields are index" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_what_is_no_rollout_log(string pickle, string message) =>
        Bad.Input(() => Read(PickleBytes.Of(pickle)).Count(), "a_1.pt: ", message);

    [Fact]
    public void Says_what_does_not_fit_in_a_sample()
    {
        Refused(["'group_index'", "F0.5\n"], "field 'group_index' is 0.5, expected text or a whole number");
        Refused(["'reward'", "S'good'\n"], "field 'reward' is 'good', expected a number");
        Refused(["'rollout_log_probs'", "S'x'\n"], "field 'rollout_log_probs' is 'x', expected a list of numbers");
        Refused(["'rollout_log_probs'", "](F-1\nS'x'\ne"], "field 'rollout_log_probs[1]' is 'x', expected a number");
        Refused(["'loss_mask'", "](I1\nI1\ne", "'rollout_log_probs'", "](F-1\ne"],
            "'loss_mask' has 2 entries and 'rollout_log_probs' 1");

        void Refused(string[] fields, string message) =>
            Bad.Input(() => Read(Log(0, Sample(fields))).Count(), "a_1.pt: samples[0]: ", message);
    }

    // A sample with a few fields set to other values, as text of protocol 0.
    private static string Sample(params string[] fields)
    {
        var all = new Dictionary<string, string>
        {
            ["'group_index'"] = "I1\n", ["'index'"] = "I1\n", ["'prompt'"] = "S'q'\n", ["'reward'"] = "F1\n",
        };
        for (int i = 0; i < fields.Length; i += 2)
        {
            all[fields[i]] = fields[i + 1];
        }

        return $"}}({string.Concat(all.Select(field => $"S{field.Key}\n{field.Value}"))}u";
    }

    private static byte[] Log(int rollout, params string[] samples) =>
        PickleBytes.Of($"}}(S'rollout_id'\nI{rollout}\nS'samples'\n](", string.Concat(samples), "eu.");

    private IEnumerable<TorchRow> Read(byte[] pickle) => SlimeRollouts.Read(_folder.WriteBytes("a_1.pt", pickle));
}
