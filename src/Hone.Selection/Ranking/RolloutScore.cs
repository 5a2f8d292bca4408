using System.Runtime.InteropServices;

namespace Hone.Selection;

/// <summary>What ranking needs to know of one completion.</summary>
/// <param name="Step">The optimizer update that the completion was trained on in, counted from 1.</param>
/// <param name="Prompt">The prompt's identity and its place in the order of ties.</param>
/// <param name="Sample">Index within the prompt's group.</param>
/// <param name="Anll">Average negative log-likelihood under the policy that sampled it, nats per token, or whatever measure
/// of uncertainty is to rank (<see cref="RankingOptions.Measure"/>), more being less certain; NaN if not known.</param>
/// <param name="ReferenceAnll">The same under the reference model; NaN if the log lacks it.</param>
/// <param name="Reward">Reward, in any unit.</param>
/// <param name="Truncated">True if the completion was cut off by the length limit.</param>
/// <param name="Tokens">Number of tokens; -1 if not known. For diagnoses alone, as are the next two.</param>
/// <param name="Correct">Whether the answer was right; null if not known.</param>
/// <param name="FormatOk">Whether the answer stood where it should; null if not known.</param>
// A log has millions: in the order of declaration, gaps would take a sixth more.
[StructLayout(LayoutKind.Auto)]
public readonly record struct RolloutScore(
    int Step, int Prompt, int Sample, double Anll, double ReferenceAnll, double Reward, bool Truncated, int Tokens = -1,
    bool? Correct = null, bool? FormatOk = null);
