namespace Hone.Selection.Tests;

/// <summary>The examples of the documentation comments, as they stand there.</summary>
public class ExamplesTests
{
    [Fact]
    public void Prompt_selection()
    {
        double[] s = [0.9, 0.5, 0.1];
        PromptSelectionResult result = PromptSelection.Select(s, new PromptSelectionOptions { Fraction = 0.34 });
        Assert.Equal([1], result.Kept);
    }

    [Fact]
    public void Checkpoint_ranking()
    {
        RolloutScore[] log =
        [
            new(Step: 1, Prompt: 0, Sample: 0, Anll: 0.9, ReferenceAnll: double.NaN, Reward: 0, Truncated: false),
            new(Step: 2, Prompt: 0, Sample: 0, Anll: 0.8, ReferenceAnll: double.NaN, Reward: 1, Truncated: false),
        ];
        RankingResult result = CheckpointRanking.Rank(log, [1, 2], new RankingOptions { WindowSteps = 1 }, seed: 7);
        Assert.Equal(2, result.Pick);
    }

    [Fact]
    public void Checkpoint_sweep()
    {
        RolloutScore[] log =
        [
            new(Step: 1, Prompt: 0, Sample: 0, Anll: 0.9, ReferenceAnll: double.NaN, Reward: 0, Truncated: false),
            new(Step: 2, Prompt: 0, Sample: 0, Anll: 0.8, ReferenceAnll: double.NaN, Reward: 1, Truncated: false),
        ];
        SweepResult result = CheckpointSweep.Run(log, [1, 2], new SweepOptions { WindowSteps = [1] }, seed: 7);
        Assert.All(result.Cells, cell => Assert.Equal(2, cell.Pick));
        Assert.Equal(1.0, result.PickAgreement!.Value);
    }
}
