namespace Hone.Selection.Tests.Prompts;

public sealed class CheckFindingsTests
{
    private static readonly ConfidenceCheck Sound = new(
        100, 0.5, 40, 50, new Estimate(0.5, 0.3, 0.7), new Estimate(0.8, 0.7, 0.9), new Estimate(0.7, 0.6, 0.8));

    [Fact]
    public void ScoresThatTellWhatTheyStandForHaveNone()
    {
        Assert.Empty(Ids(Sound));
        Assert.Empty(Ids(Sound with { Spearman = null, LearnableAuc = null }));
        Assert.Empty(Ids(Sound with { Spearman = new Estimate(-1, null, null), LearnableAuc = new Estimate(0, null, null) }));
    }

    [Theory]
    [InlineData(-0.1, 0.3, CheckFindings.ConfidenceWithoutSkill, "does not go with the pass rate")]
    [InlineData(-0.6, 0.0, CheckFindings.ConfidenceWithoutSkill, "does not go with the pass rate")]
    [InlineData(-0.6, -0.2, CheckFindings.ConfidenceReversed, "the relation is reversed: the surer the model, the less often it is right")]
    public void ARelationThatIsReversedIsNotCalledNone(double low, double high, string id, string message)
    {
        ScoreFinding found = Assert.Single(CheckFindings.Of(Sound with { Spearman = new Estimate((low + high) / 2, low, high) }, 16, 0));
        Assert.Equal(id, found.Id);
        Assert.Contains(message, found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, 0.6, CheckFindings.NoBetterThanRandom)]
    [InlineData(0.2, 0.4, CheckFindings.WorseThanRandom)]
    public void FuzzinessThatIsReversedIsNotCalledChance(double low, double high, string id) =>
        Assert.Equal([id], Ids(Sound with { LearnableAuc = new Estimate((low + high) / 2, low, high) }));

    [Theory]
    [InlineData(0, "no sample of any prompt is right, with 16 samples", "easier prompts")]
    [InlineData(100, "every sample of every prompt is right, with 16 samples", "harder prompts")]
    [InlineData(30, "30 are right in every sample and 70 in none", "more --samples")]
    public void NoLearnablePromptIsSaidWithItsReason(int solved, string message, string next)
    {
        ConfidenceCheck check = new(100, solved / 100.0, 0, solved, null, null, null);
        ScoreFinding found = Assert.Single(CheckFindings.Of(check, 16, 0));
        Assert.Equal(CheckFindings.NoneLearnable, found.Id);
        Assert.Contains(message, found.Message, StringComparison.Ordinal);
        Assert.Contains(next, found.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void LearnablePromptsAloneAreSaid()
    {
        ScoreFinding found = Assert.Single(CheckFindings.Of(Sound with { Learnable = 100, LearnableAuc = null }, 4, 0));
        Assert.Equal(CheckFindings.AllLearnable, found.Id);
        Assert.Contains("all 100 prompts are learnable, with some of 4 samples right", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.19, false)]
    [InlineData(0.2, true)]
    public void ManySamplesCutOffAreSaid(double truncated, bool expected) =>
        Assert.Equal(expected ? [CheckFindings.TruncatedSamples] : [], CheckFindings.Of(Sound, 16, truncated).Select(finding => finding.Id));

    [Fact]
    public void AReversedRelationIsFoundFromItsData()
    {
        double[] s = [.. Enumerable.Range(0, 60).Select(i => i / 60.0)];
        double[] pass = [.. Enumerable.Range(0, 60).Select(i => 1 - (i / 59.0))];
        Assert.Contains(CheckFindings.ConfidenceReversed, Ids(ConfidenceCheck.Of(s, pass, 0.5, seed: 1, replicates: 200)));
    }

    private static IEnumerable<string> Ids(ConfidenceCheck check) => CheckFindings.Of(check, 16, 0).Select(finding => finding.Id);
}
