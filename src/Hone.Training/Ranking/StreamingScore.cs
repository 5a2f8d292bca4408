using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Training.Ranking;

/// <summary>
/// The UGCS score of a run's newest checkpoint, from the numbers of the last delta steps, which is all that is kept in memory. It is
/// the score that a ranking of the run's files gives to the last digit: the same order of rollouts, the same streams.
/// </summary>
public sealed class StreamingScore
{
    /// <summary>The seed of the intervals: that of `hone rank`, whatever the run's own.</summary>
    public const ulong Seed = 1;

    private readonly RankingOptions _options;
    private readonly bool _byValue;
    private readonly Queue<RolloutScore[]> _steps = [];
    private readonly List<string> _ids = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>Starts with an empty window.</summary>
    /// <param name="promptIds">The ids of the training set, which tell how the log's prompts are ordered among ties.</param>
    /// <param name="options">p and delta, in the paper's reading.</param>
    public StreamingScore(IEnumerable<string> promptIds, RankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Reading, RankingReading.Paper, nameof(options));
        _byValue = PromptOrder.AreNumbers(promptIds);
        _options = options;
    }

    /// <summary>Takes a step's rollouts, whose step is later than any before, and lets go of those that no later window holds.</summary>
    /// <param name="lines">The rollouts in the order of their file.</param>
    public void Take(IEnumerable<RolloutLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        RolloutScore[] step =
        [
            .. lines.Select(line => new RolloutScore(
                line.Step, Place(line.PromptId), line.Sample, -line.MeanLogprob, double.NaN, line.Reward, line.Truncated)),
        ];
        if (step.Length == 0)
        {
            return;
        }

        _steps.Enqueue(step);
        while (_steps.Peek()[0].Step <= (long)step[0].Step - _options.WindowSteps)
        {
            _steps.Dequeue();
        }
    }

    /// <summary>Reads the window that leads to a checkpoint back from the run's files; steps without a file have no rollouts.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="checkpoint">The checkpoint that the run goes on from.</param>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public void Read(RunFolder folder, int checkpoint)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _steps.Clear();
        for (int step = (int)Math.Max(1, (long)checkpoint - _options.WindowSteps + 1); step <= checkpoint; step++)
        {
            if (File.Exists(folder.RolloutFile(step)))
            {
                Take(RolloutFile.Read(folder.RolloutFile(step)));
            }
        }
    }

    /// <summary>Scores the checkpoint of the newest step taken, or of a later one.</summary>
    /// <param name="checkpoint">Its step.</param>
    /// <returns>The score without the probability of being the best, for which all checkpoints are needed.</returns>
    public CheckpointScore Of(int checkpoint)
    {
        // Prompts are numbered as they come; among ties they go by the order of their ids.
        RolloutScore[] window = [.. _steps.SelectMany(step => step)];
        int[] prompts = [.. window.Select(rollout => rollout.Prompt).Distinct()];
        var ranks = new Dictionary<int, int>();
        foreach (int index in PromptOrder.Of([.. prompts.Select(prompt => _ids[prompt])], _byValue))
        {
            ranks.Add(prompts[index], ranks.Count);
        }

        for (int i = 0; i < window.Length; i++)
        {
            window[i] = window[i] with { Prompt = ranks[window[i].Prompt] };
        }

        return CheckpointRanking.Rank(window, [checkpoint], _options, Seed).Checkpoints[0] with { ProbabilityBest = null };
    }

    private int Place(string id)
    {
        if (!_places.TryGetValue(id, out int place))
        {
            place = _ids.Count;
            _places.Add(id, place);
            _ids.Add(id);
        }

        return place;
    }
}
