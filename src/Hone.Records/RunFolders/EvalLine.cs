using System.Text.Json;
using Hone.Records.Lines;

namespace Hone.Records.RunFolders;

/// <summary>A held-out result of one checkpoint: a line of evals.jsonl.</summary>
/// <param name="Step">Number of updates behind the weights.</param>
/// <param name="DataSet">Name of the held-out set.</param>
/// <param name="Accuracy">Share of right answers.</param>
/// <param name="Low">Lower end of its interval.</param>
/// <param name="High">Upper end of its interval.</param>
/// <param name="Prompts">Number of prompts.</param>
/// <param name="Samples">Completions per prompt.</param>
public sealed record EvalLine(
    int Step, string DataSet, double Accuracy, double Low, double High, int Prompts, int Samples)
{
    /// <summary>Appends a line, after taking off a half line that a stopped run left; it is on the disk then.</summary>
    /// <param name="path">The file; it is made where it is missing.</param>
    /// <param name="line">The result.</param>
    /// <param name="lastStep">The step after which a run resumes: results of later ones are taken off first.</param>
    public static void Append(string path, EvalLine line, int? lastStep = null)
    {
        using var file = new LineAppender(path, lastStep);
        file.Append(writer => JsonSerializer.Serialize(writer, line, RecordJson.Lines.EvalLine));
        file.FlushToDisk();
    }

    /// <summary>Reads evals.jsonl as it is asked for; a half line at its end is left out.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is not one of ours.</exception>
    public static IEnumerable<EvalLine> ReadAll(string path) =>
        RecordJson.Read(path, RecordJson.Lines.EvalLine, dropHalfLastLine: true);
}
