using Hone.Records.Lines;

namespace Hone.Records.RunFolders;

/// <summary>Appends to metrics.jsonl, one line a step, which is in the file as soon as it is written.</summary>
public sealed class MetricsWriter : IDisposable
{
    private readonly LineAppender _file;

    private MetricsWriter(LineAppender file) => _file = file;

    /// <summary>Opens the file to append; a half line that a stopped run left is taken off.</summary>
    /// <param name="path">The file; it is made where it is missing.</param>
    /// <param name="lastStep">The step after which the run resumes: the lines of later ones are taken off.</param>
    /// <exception cref="InvalidDataException">What is there already is no metrics file.</exception>
    public static MetricsWriter Open(string path, int? lastStep = null) => new(new LineAppender(path, lastStep));

    /// <summary>Writes a step's line.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="values">The metrics in the order they are to be written. One that is not finite is written as
    /// null.</param>
    /// <returns>The names of those that are not finite, for a warning.</returns>
    public IReadOnlyList<string> Append(int step, IEnumerable<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        List<string> notFinite = [];
        _file.Append(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", step);
            foreach ((string name, double value) in values)
            {
                if (double.IsFinite(value))
                {
                    writer.WriteNumber(name, value);
                }
                else
                {
                    writer.WriteNull(name);
                    notFinite.Add(name);
                }
            }

            writer.WriteEndObject();
        });
        return notFinite;
    }

    /// <summary>Returns once all lines are on the disk, and with them the entries of the run's folder: a checkpoint that is written
    /// after is not ahead of its logs, also where the power fails.</summary>
    public void FlushToDisk() => _file.FlushToDisk();

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
