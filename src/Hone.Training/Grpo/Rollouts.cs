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
public sealed record RolloutBatch(int Step, int GroupSize, IReadOnlyList<Rollout> Items)
{
    /// <summary>The groups as token sequences for training, leaving out those that <paramref name="keep"/> refuses.</summary>
    public (IReadOnlyList<TokenGroup> Groups, IReadOnlyList<Rollout> Rollouts) Select(Func<IReadOnlyList<Rollout>, bool> keep)
    {
        var groups = new List<TokenGroup>();
        var kept = new List<Rollout>();
        for (int start = 0; start < Items.Count; start += GroupSize)
        {
            Rollout[] group = [.. Items.Skip(start).Take(GroupSize)];
            if (keep(group))
            {
                groups.Add(new TokenGroup(group[0].Prompt.Tokens, [.. group.Select(rollout => rollout.Completion.Tokens)]));
                kept.AddRange(group);
            }
        }

        return (groups, kept);
    }
}
