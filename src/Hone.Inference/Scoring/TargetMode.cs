namespace Hone.Inference.Scoring;

/// <summary>What of a prompt is scored (UFO-RL, arXiv 2505.12457, and what a server without prompt log-probs can do).</summary>
public enum TargetMode
{
    /// <summary>The gold final answer behind the answer prefix, teacher-forced: the authors' script.</summary>
    Answer,

    /// <summary>The reference solution, teacher-forced.</summary>
    Solution,

    /// <summary>One sampled completion and its own log-probabilities.</summary>
    Completion,

    /// <summary>The prompt's own tokens; needs no gold answer.</summary>
    Prompt,
}
