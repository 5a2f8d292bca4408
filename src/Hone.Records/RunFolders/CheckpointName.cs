using System.Globalization;
using System.Text.RegularExpressions;

namespace Hone.Records.RunFolders;

/// <summary>
/// What the name of a checkpoint's folder says: <c>step-000100</c> (Hone), <c>checkpoint-100</c> (TRL and all of transformers),
/// <c>global_step_100</c> (verl), <c>global_step100</c>, <c>global_step100_hf</c> and <c>best_global_step100</c> (OpenRLHF),
/// <c>step_100</c> (NeMo-RL, prime-rl, open-instruct), <c>iter_0000099</c> and a bare <c>99</c> (slime).
/// </summary>
/// <param name="Step">Number of updates behind the weights.</param>
/// <param name="Unfinished">Why a folder of this name is no checkpoint yet, or no longer; null for a plain name.</param>
/// <param name="Best">Whether it is a copy that the trainer keeps as its best.</param>
internal readonly partial record struct CheckpointName(int Step, string? Unfinished, bool Best)
{
    // NeMo-RL writes tmp_step_N and moves what was there to old_step_N; transformers has staged into tmp-checkpoint-N.
    [GeneratedRegex(
        @"^(?<begun>tmp[-_])?(?<old>old[-_])?(?<best>best[-_])?(?<kind>step|checkpoint|ckpt|global_step|iter|)[-_]*(?<step>[0-9]+)(_hf)?(?<part>[._]tmp|\.partial|\.incomplete)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    /// <summary>Reads a name; null where it says no step.</summary>
    /// <param name="name">The folder's name without its path.</param>
    /// <param name="bareOffset">Added to the step of a bare number, for trainers that name a checkpoint by the rollout from 0.</param>
    internal static CheckpointName? Of(string name, int bareOffset = 0)
    {
        Match match = Form().Match(name);
        if (!match.Success
            || !long.TryParse(match.Groups["step"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
        {
            return null;
        }

        // slime hands its rollout id to Megatron's writer, and goes on with the next: iter_0 has one rollout's updates behind it
        // (slime/backends/megatron_utils/actor.py, start_rollout_id = loaded_rollout_id + 1).
        step += match.Groups["kind"].Value switch
        {
            "iter" => 1,
            "" => bareOffset,
            _ => 0,
        };
        string? unfinished = match.Groups["begun"].Success || match.Groups["part"].Success ? "its name is that of a folder still being written"
            : match.Groups["old"].Success ? "its name is that of a folder being replaced"
            : null;
        return step <= int.MaxValue ? new CheckpointName((int)step, unfinished, match.Groups["best"].Success) : null;
    }
}
