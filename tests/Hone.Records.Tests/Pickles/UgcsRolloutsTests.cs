using Hone.Records.Pickles.Logs;

namespace Hone.Records.Tests.Pickles;

public sealed class UgcsRolloutsTests : IDisposable
{
    /// <summary>The log holds single precision, and bfloat16 in its last call.</summary>
    private const double SingleTolerance = 1e-7;

    // The fields of a call of one row, after the name of the first.
    private const string Row = "](I7\neS'extra_info'\n](}S'index'\nI1\nseS'reward'\n](F1\ne";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_the_rows_of_a_log()
    {
        TorchRow[] rows = [.. UgcsRollouts.Read(Fixture.File("log_step_100.pt"))];
        Assert.Equal([12, 12, 12, 13, 13, 13, 13, 13, 13], rows.Select(row => row.Step));
        Assert.Equal(["17158", "17158", "17158", "9", "9", "9", "9", "9", "9"], rows.Select(row => row.PromptKey));
        Assert.Equal([1, 0, 1, 1, 0, 1, 1, 0, 1], rows.Select(row => row.Reward));
        Assert.All(rows, row => Assert.True(double.IsNaN(row.MeanLogprob)));
        Assert.All(rows, row => Assert.Null(row.Prompt ?? row.Completion));
    }

    [Fact]
    public void The_reference_model_s_mean_is_the_negative_average()
    {
        TorchRow[] rows = [.. UgcsRollouts.Read(Fixture.File("log_step_100.pt"))];
        double[] expected = [-0.25, -0.25, -0.25, -0.5, -0.5, 0];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], rows[i].RefMeanLogprob, SingleTolerance);
        }

        // Bfloat16 has no digits left to tell 120 tokens by.
        Assert.Equal([50, 120, 29, 1200, 1199, -1, -1, -1, -1], rows.Select(row => row.Tokens));
        Assert.Equal(-0.2001953125, rows[6].RefMeanLogprob);
    }

    [Fact]
    public void Reads_the_lists_that_the_authors_readme_shows()
    {
        TorchRow[] rows = [.. UgcsRollouts.Read(Fixture.File("log_step_15.pt"))];
        Assert.Equal([-0.1, -0.25], rows.Select(row => row.RefMeanLogprob));
        Assert.Equal([120, 28], rows.Select(row => row.Tokens));
    }

    [Fact]
    public void A_call_without_uncertainty_has_no_log_probabilities()
    {
        string file = _folder.WriteBytes("log_step_4.pt", Call("](S'7'\neS'extra_info'\n](}S'index'\nS'p'\nseS'reward'\n](F1\ne"));
        TorchRow row = UgcsRollouts.Read(file).Single();
        Assert.Equal((7, "p", -1), (row.Step, row.PromptKey, row.Tokens));
        Assert.True(double.IsNaN(row.RefMeanLogprob));
        string other = _folder.WriteBytes("other.pt", PickleBytes.Of("N."));
        Bad.Input(() => UgcsRollouts.Read(other).Count(), "other.pt: holds None, expected a training log");
        Assert.Throws<FileNotFoundException>(() => UgcsRollouts.Read(_folder["none.pt"]).Count());
    }

    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        { "](I7\ne", "logs[0]: no field 'extra_info'; the fields are step" },
        { "I7\nS'extra_info'\n]", "logs[0]: field 'step' is 7, expected a list" },
        { "](S'x'\neS'extra_info'\n](}S'index'\nI1\nseS'reward'\n](F1\ne", "logs[0]: field 'step' is 'x', expected a whole number from 0" },
        { "](I7\neS'extra_info'\n](}S'id'\nI1\nseS'reward'\n](F1\ne", "logs[0].extra_info[0]: no field 'index'; the fields are id" },
        { "](I7\neS'extra_info'\n](}S'index'\nNseS'reward'\n](F1\ne", "logs[0].extra_info[0]: field 'index' is None" },
        { "](I7\neS'extra_info'\n](I1\neS'reward'\n](F1\ne", "logs[0].extra_info[0] is a number, expected a dict" },
        { "](I7\nI7\neS'extra_info'\n](}S'index'\nI1\nseS'reward'\n](F1\nF1\ne", "logs[0]: 'step' has 2 entries and 'extra_info' 1" },
        { "](I7\neS'extra_info'\n](}S'index'\nI1\nseS'reward'\n](F1\nF0\ne", "'step' has 1 entries and 'reward' 2" },
        { Row + "S'uncertainty'\n}S'avg_nll'\n](F1\nF2\nes", "'step' has 1 entries and 'avg_nll' 2" },
        { Row + "S'average_nll'\n](F1\ne" + "S'nll'\n]", "'step' has 1 entries and 'nll' 0" },
        { Row + "S'uncertainty'\n}S'avg_nll'\nS'x'\ns", "logs[0].uncertainty: field 'avg_nll' is 'x', expected a list of numbers" },
        { "](I7\neS'extra_info'\n](}S'index'\nI1\nseS'reward'\nN", "logs[0]: field 'reward' is None, expected a list of numbers" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_what_is_no_such_log(string call, string message) =>
        Bad.Input(() => UgcsRollouts.Read(_folder.WriteBytes("log_step_1.pt", Call(call))).Count(), "log_step_1.pt: ", message);

    private static byte[] Call(string fields) =>
        PickleBytes.Of("}(S'current_step'\nI7\nS'step_seen'\nI1\nS'logs'\n](}(S'step'\n", fields, "ueu.");
}
