using Hone.Engine.Decoding;
using Hone.Inference.Chat;
using Hone.Inference.Scoring;
using Hone.Records.DataSets;

namespace Hone.Inference.Tests.Scoring;

/// <summary>Scoring in a conversation; with a token per byte a pass written out by hand says what must come.</summary>
public sealed class ChatScoringTests : IDisposable
{
    private const string Frame =
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>\n{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    private static readonly DataRow Row = new("r", "2+2?", "4", "2+2 is 4 ", null, default, 1);

    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_answer_stands_in_the_assistants_turn_behind_the_prefix() =>
        Check(TargetMode.Answer, "<system>S</>\n<user>2+2?</>\n<assistant><answer> ", "4");

    [Fact]
    public void The_solution_stands_in_the_assistants_turn() =>
        Check(TargetMode.Solution, "<system>S</>\n<user>2+2?</>\n<assistant>", "2+2 is 4 ");

    [Fact]
    public void The_prompt_is_scored_where_it_stands() => Check(TargetMode.Prompt, "<system>S</>\n<user>", "2+2?");

    [Fact]
    public void A_completion_follows_the_generation_prompt()
    {
        float[] expected = _model.Decode(
            "<system>S</>\n<user>2+2?</>\n<assistant>", RandomNumbers.Seed(1, RandomNumbers.Hash("r")), 5)[0].LogProbs;
        Assert.Equal(expected, Score(TargetMode.Completion));
    }

    private void Check(TargetMode mode, string before, string target) =>
        Assert.Equal(_model.LogProbs(before + target, before.Length), Score(mode));

    private float[]? Score(TargetMode mode)
    {
        float[]? found = null;
        var chat = new ChatPrompt(ChatTemplate.Parse("frame", Frame)) { System = "S" };
        new PromptScorer(_model.Text) { Mode = mode, Chat = chat, MaxTokens = 5 }.Score(
            [Row], score => found = score.LogProbs, TestContext.Current.CancellationToken);
        return found;
    }
}
