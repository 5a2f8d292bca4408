using Hone.Engine.Decoding;
using Hone.Inference.Scoring;
using Hone.Records.DataSets;

namespace Hone.Inference.Tests.Scoring;

/// <summary>
/// With a token per byte the target's place in the text is its place among the tokens, so a pass written out by hand says
/// what must come.
/// </summary>
public sealed class PromptScorerTests : IDisposable
{
    private static readonly DataRow[] Rows =
    [
        Row("a", "2+3=", "5", "2+3 makes 5"), Row("b", "Twelve less 2?", "10", "It is 10."),
        Row("long", new string('z', TinyModel.Context), "1", "1"), Row("c", "9*9", "81", "81!"),
    ];

    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Answer_is_scored_behind_the_prefix()
    {
        Check(new PromptScorer(_model.Text), row => (row.Prompt + "<answer> ", row.Answer!));
    }

    [Fact]
    public void Separator_and_prefix_stand_between_prompt_and_answer()
    {
        Check(
            new PromptScorer(_model.Text) { Separator = "\n", AnswerPrefix = "A: " }, row => (row.Prompt + "\nA: ", row.Answer!));
    }

    [Fact]
    public void Solution_is_scored_behind_the_prompt()
    {
        Check(
            new PromptScorer(_model.Text) { Mode = TargetMode.Solution, Separator = " " }, row => (row.Prompt + " ", row.Solution!));
    }

    [Fact]
    public void Prompt_is_scored_but_for_its_first_token()
    {
        Check(new PromptScorer(_model.Text) { Mode = TargetMode.Prompt }, row => (row.Prompt[..1], row.Prompt[1..]), longFits: true);
    }

    [Fact]
    public void Completion_has_the_log_probabilities_of_its_sampling()
    {
        var scorer = new PromptScorer(_model.Text) { Mode = TargetMode.Completion, MaxTokens = 9, Seed = 4 };
        float[]?[] scores = Score(scorer, Rows);
        for (int i = 0; i < Rows.Length; i++)
        {
            float[]? expected = Rows[i].Id == "long" ? null
                : _model.Decode(Rows[i].Prompt, RandomNumbers.Seed(4, RandomNumbers.Hash(Rows[i].Id)), 9)[0].LogProbs;
            Assert.Equal(expected, scores[i]);
        }

        // The seed is the row's own: another order changes nothing, another seed does.
        Assert.Equal(scores, Score(scorer, [.. Rows.Reverse()]).Reverse());
        Assert.NotEqual(scores[0], Score(new PromptScorer(_model.Text) { Mode = TargetMode.Completion, MaxTokens = 9, Seed = 5 }, Rows)[0]);
    }

    [Fact]
    public void Completions_are_sampled_in_order_beyond_one_batch()
    {
        DataRow[] many = [.. Enumerable.Range(0, 300).Select(i => Row($"r{i}", i == 270 ? Rows[2].Prompt : $"{i}?", null, null))];
        var scorer = new PromptScorer(_model.Text) { Mode = TargetMode.Completion, MaxTokens = 2 };
        float[]?[] scores = Score(scorer, many);
        Assert.Null(scores[270]);
        Assert.Equal(_model.Decode("299?", RandomNumbers.Seed(1, RandomNumbers.Hash("r299")), 2)[0].LogProbs, scores[299]);
    }

    [Theory]
    [InlineData(TargetMode.Answer, null, "x", "answer")]
    [InlineData(TargetMode.Answer, "", "x", "answer")]
    [InlineData(TargetMode.Solution, "x", null, "solution")]
    [InlineData(TargetMode.Solution, "x", "", "solution")]
    public void Row_without_a_target_is_refused(TargetMode mode, string? answer, string? solution, string field)
    {
        var scorer = new PromptScorer(_model.Text) { Mode = mode };
        int scored = 0;
        var error = Assert.Throws<InvalidDataException>(
            () => scorer.Score([Rows[0], Row("q", "Why?", answer, solution)], _ => scored++, TestContext.Current.CancellationToken));
        Assert.Equal(0, scored);
        Assert.Contains($"line 17: row 'q' has no {field}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
    }

    private void Check(PromptScorer scorer, Func<DataRow, (string Before, string Target)> split, bool longFits = false)
    {
        float[]?[] scores = Score(scorer, Rows);
        for (int i = 0; i < Rows.Length; i++)
        {
            (string before, string target) = split(Rows[i]);
            float[]? expected = Rows[i].Id == "long" && !longFits ? null : _model.LogProbs(before + target, before.Length);
            Assert.Equal(expected, scores[i]);
        }
    }

    private static float[]?[] Score(PromptScorer scorer, DataRow[] rows)
    {
        var scores = new Dictionary<string, float[]?>();
        scorer.Score(rows, score => scores.Add(score.Row.Id, score.LogProbs), TestContext.Current.CancellationToken);
        return [.. rows.Select(row => scores[row.Id])];
    }

    private static DataRow Row(string id, string prompt, string? answer, string? solution) =>
        new(id, prompt, answer, solution, null, default, 17);
}
