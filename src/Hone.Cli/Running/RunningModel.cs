using System.Text.Json.Nodes;
using Hone.Inference;
using Hone.Inference.Scoring;

namespace Hone.Cli.Running;

/// <summary>What a command asks for scores and completions: a model in this process, or servers.</summary>
internal abstract class RunningModel : IDisposable
{
    /// <summary>Completions and log-probabilities.</summary>
    public abstract ITextModel Text { get; }

    /// <summary>Whether the same request is answered with the same completion.</summary>
    public abstract bool RepeatsSamples { get; }

    /// <summary>How far two scores of the same row may lie apart, by 1 + the score's size.</summary>
    public abstract double SameScore { get; }

    /// <summary>The servers as `--json` tells of them; null for none.</summary>
    public virtual JsonArray? Servers => null;

    /// <summary>The longest sequence in words.</summary>
    public string Positions => Text.ContextTokens == int.MaxValue
        ? "the served model's context"
        : $"the model's {Text.ContextTokens} positions";

    /// <summary>Says what the work runs on, once.</summary>
    public virtual void Introduce()
    {
    }

    /// <summary>What tells this model from others when an evaluation goes on; read when it is needed, for it can take time.</summary>
    public abstract JsonObject Identity();

    /// <summary>Requires that a target can be scored.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public virtual void Require(TargetMode mode)
    {
    }

    public abstract void Dispose();
}
