using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;
using Hone.Training.Ranking;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Ranking;

/// <summary>The score while training against that of a ranking of the same files.</summary>
public sealed class StreamingScoreTests : IDisposable
{
    private const int Steps = 12;
    private readonly TempFolder _temp = new();
    private readonly RunFolder _folder;

    public StreamingScoreTests() => _folder = RunFolder.Create(_temp["run"]);

    public void Dispose() => _temp.Dispose();

    // Uncertainties repeat, so that the order of ties decides: 2 before 10 as numbers, after it as text.
    [Theory]
    [InlineData(1, "2", "10", "1")]
    [InlineData(3, "2", "10", "1")]
    [InlineData(100, "2", "10", "1")]
    [InlineData(3, "2", "10", "b")]
    [InlineData(4, "\u00e9", "z", "10")]
    public void Equals_the_ranking_of_the_files_to_the_last_digit(int window, string first, string second, string third)
    {
        string[] ids = [first, second, third];
        var options = new RankingOptions { WindowSteps = window, HardestPercent = 20 };
        var streaming = new StreamingScore(ids, options);
        List<CheckpointScore> streamed = [], read = [];
        for (int step = 1; step <= Steps; step++)
        {
            Write(step, ids);
            streaming.Take(RolloutFile.Read(_folder.RolloutFile(step)));
            streamed.Add(streaming.Of(step));
            var resumed = new StreamingScore(ids, options);
            resumed.Read(_folder, step);
            read.Add(resumed.Of(step));
        }

        RolloutLog log = RolloutLog.Read(_folder.RolloutsFolder);
        RolloutScore[] rows =
        [
            .. Enumerable.Range(0, log.Count).Select(i => new RolloutScore(
                log.Steps[i], log.Prompts[i], log.Samples[i], -log.MeanLogprobs[i], double.NaN, log.Rewards[i], log.Truncated[i])),
        ];
        IEnumerable<CheckpointScore> ranked = CheckpointRanking
            .Rank(rows, [.. Enumerable.Range(1, Steps)], options, StreamingScore.Seed).Checkpoints
            .Select(checkpoint => checkpoint with { ProbabilityBest = null });
        Assert.Equal(ranked, streamed);
        Assert.Equal(ranked, read);
        Assert.Contains(streamed, score => score.Score != streamed[0].Score);
    }

    [Fact]
    public void A_window_without_rollouts_has_no_score()
    {
        Write(1, ["a"]);
        var streaming = new StreamingScore(["a"], new RankingOptions { WindowSteps = 1 });
        streaming.Take(RolloutFile.Read(_folder.RolloutFile(1)));
        Assert.NotNull(streaming.Of(1).Score);
        Assert.Equal((null, 0), (streaming.Of(2).Score, streaming.Of(2).Samples));
        streaming.Take([]);
        Assert.NotNull(streaming.Of(1).Score);
    }

    private void Write(int step, string[] ids) => RolloutFile.Write(_folder.RolloutFile(step), ids.SelectMany((id, prompt) =>
        Enumerable.Range(0, 4).Select(sample => Line(step, id, sample, (step * 31) + (prompt * 7) + sample))));

    private static RolloutLine Line(int step, string id, int sample, int number) => new(
        step, id, sample, null, null, null, Reward: number * 13 % 7 / 7.0, new Dictionary<string, double>(), Correct: false, FormatOk: true,
        Truncated: number % 5 == 0, Tokens: 3, MeanLogprob: -(number % 4) / 3.0, SumLogprob: -1, MinLogprob: -1, MeanEntropy: 1,
        RefMeanLogprob: null, Advantage: 0, Temperature: 1, PolicyStep: step - 1);
}
