namespace Hone.Records.Logs.Importers;

/// <summary>Whatever rows the user maps to our fields with --field, in JSON lines.</summary>
internal sealed class PlainRows : FieldRowsImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "json-lines", "rows (JSON lines, one a completion)", "a step is taken as the update that the completion was trained in, from 1");

    /// <inheritdoc/>
    protected override bool Grows => true;

    /// <inheritdoc/>
    protected override bool MayStartAtZero => true;

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path) =>
        RolloutFiles.In(path) is { Count: > 0 } files ? files : null;

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) => true;

    /// <inheritdoc/>
    protected override FieldNames Names => FieldNames.Ours();

    /// <inheritdoc/>
    protected override bool LogprobsRequired => true;
}
