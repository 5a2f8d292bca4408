using Hone.Engine.Decoding;
using Hone.Records.DataSets;
using Hone.Training.Batches;
using Hone.Training.Rewards;

namespace Hone.Training.Grpo;

/// <summary>A prompt of the training set as tokens.</summary>
/// <param name="Row">The data set's row.</param>
/// <param name="Tokens">(P) its tokens.</param>
public sealed record TrainingPrompt(DataRow Row, int[] Tokens);

/// <summary>One completion with what became of it.</summary>
/// <param name="Prompt">Its prompt.</param>
/// <param name="Completion">Tokens and the log-probabilities recorded while sampling.</param>
/// <param name="Text">Its text.</param>
/// <param name="Verdict">Its reward.</param>
public sealed record Rollout(TrainingPrompt Prompt, Completion Completion, string Text, RewardVerdict Verdict)
{
    /// <summary>The advantage over its group.</summary>
    public double Advantage { get; set; }

    /// <summary>(T) log-probabilities under the reference, where there is one.</summary>
    public float[]? ReferenceLogProbs { get; set; }
}

/// <summary>The sampled batch of one step: groups of G completions in prompt order.</summary>
/// <param name="Step">The first update that the batch is for.</param>
/// <param name="GroupSize">G.</param>
/// <param name="Items">The completions, group by group.</param>
public sealed record RolloutBatch(int Step, int GroupSize, Rollout[] Items)
{
    /// <summary>The groups as token sequences for training.</summary>
    public TokenGroup[] Groups { get; } = [.. Items.Chunk(GroupSize).Select(
        group => new TokenGroup(group[0].Prompt.Tokens, [.. group.Select(rollout => rollout.Completion.Tokens)]))];

    /// <summary>Completion tokens.</summary>
    public long Tokens { get; } = Items.Sum(rollout => (long)rollout.Completion.Tokens.Length);

    /// <summary>The completions of group <paramref name="group"/>.</summary>
    public ReadOnlySpan<Rollout> Group(int group) => Items.AsSpan(group * GroupSize, GroupSize);

    /// <summary>Fills the lists with what an update trains on: all groups, or those that have an advantage somewhere.</summary>
    public void Select(bool all, List<TokenGroup> groups, List<Rollout> rollouts)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(rollouts);
        groups.Clear();
        rollouts.Clear();
        for (int g = 0; g < Groups.Length; g++)
        {
            if (all || HasAdvantage(Group(g)))
            {
                groups.Add(Groups[g]);
                rollouts.AddRange(Group(g));
            }
        }
    }

    /// <summary>The sum of a figure of every completion, in order.</summary>
    public double Sum(Func<Rollout, double> figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        double sum = 0;
        foreach (Rollout rollout in Items)
        {
            sum += figure(rollout);
        }

        return sum;
    }

    private static bool HasAdvantage(ReadOnlySpan<Rollout> group)
    {
        foreach (Rollout rollout in group)
        {
            if (rollout.Advantage != 0)
            {
                return true;
            }
        }

        return false;
    }
}
