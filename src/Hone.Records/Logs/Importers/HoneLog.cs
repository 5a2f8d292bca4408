using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>Our own rollouts, and whatever the user maps to them with --field.</summary>
internal sealed class HoneLog : JsonLinesImporter
{
    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "hone", "Hone rollouts (JSON lines, one a completion)", "a step is the update that the completion was trained in, from 1");

    /// <inheritdoc/>
    protected override IReadOnlyList<LogFile> Candidates(string path) =>
        [.. RolloutFiles.In(path).Select(file => new LogFile(file))];

    /// <inheritdoc/>
    protected override bool Matches(IReadOnlyCollection<string> fields) => fields.Contains("prompt_id") && fields.Contains("step");

    /// <inheritdoc/>
    protected override ILineParser Parser(LogOptions options) =>
        new FieldRowParser(FieldNames.Ours().Under(options.Fields), logprobsRequired: !options.LogprobsElsewhere);

    /// <summary>The files at a path, of whatever fields: what a log that no format knows is read as.</summary>
    internal IReadOnlyList<LogFile> Any(string path) => Candidates(path);
}
