namespace Hone.Records.Logs.Importers;

/// <summary>Our own rollouts: those of `hone train`, and those that the hooks for other trainers write.</summary>
internal sealed class HoneLog : FieldRowsImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "hone", "Hone rollouts (JSON lines, one a completion)", "a step is the update that the completion was trained in, from 1");

    /// <summary>The hooks append to a file a process. The trainer of <c>hone train</c> writes whole files, whose last line is cut only
    /// when a copy was.</summary>
    protected override bool Grows => true;

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) => fields.Contains("prompt_id") && fields.Contains("step");

    /// <inheritdoc/>
    protected override FieldNames Names => FieldNames.Ours();

    /// <inheritdoc/>
    protected override bool LogprobsRequired => true;
}
