using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>A format of JSON lines, one a completion with each value in a field of some name, which --field may say otherwise.</summary>
internal abstract class FieldRowsImporter : JsonLinesImporter
{
    /// <summary>The names of the fields.</summary>
    protected abstract FieldNames Names { get; }

    /// <summary>Whether a row without log-probabilities is an error.</summary>
    protected virtual bool LogprobsRequired => false;

    /// <inheritdoc/>
    protected override Func<ILineParser> Parsers(LogOptions options)
    {
        OwnFields.RefuseWeights(Format, options.RewardWeights);
        return () => new FieldRowParser(Names.Under(options.Fields), LogprobsRequired && !options.LogprobsElsewhere, options.Measures);
    }
}
