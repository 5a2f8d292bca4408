using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Texts;

/// <summary>Makes texts of the lines of a file, counted as reading for a ranking counts its rows: by the same parser.</summary>
/// <param name="file">The file.</param>
/// <param name="parser">Says how many completions a line is, and which log-probabilities it has.</param>
/// <param name="fields">Where prompt and completion are.</param>
internal sealed class TextRows(LogFile file, ILineParser parser, TextFields fields)
{
    private readonly RowBlock _rows = new();
    private readonly List<(string Prompt, string Completion)> _found = [];
    private readonly List<RolloutText> _texts = [];
    private int _row;

    /// <summary>The texts of a line, until the next call.</summary>
    /// <param name="line">A JSON object.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="isOpenEnd">Whether it is the last and its writer may not be done with it; then a half line has no texts.</param>
    /// <exception cref="InvalidDataException">The line cannot be read, or has no text.</exception>
    internal IReadOnlyList<RolloutText> Of(ReadOnlySpan<byte> line, int number, bool isOpenEnd = false)
    {
        _rows.Clear();
        _found.Clear();
        _texts.Clear();
        try
        {
            parser.Parse(line, file, _rows);
            if (_rows.Rows.Count > 0)
            {
                fields.Read(line, _rows.Rows.Count, _found);
            }
        }
        catch (RowException) when (isOpenEnd && !line.EndsWith("}"u8))
        {
            return [];
        }
        catch (RowException problem)
        {
            throw RecordError.At(file.Path, number, problem.Message, problem.Hint);
        }

        for (int i = 0; i < _found.Count; i++)
        {
            _texts.Add(new RolloutText(
                _row++, _found[i].Prompt, _found[i].Completion, double.IsFinite(_rows.Rows[i].MeanLogprob),
                double.IsFinite(_rows.Rows[i].RefMeanLogprob)));
        }

        return _texts;
    }
}
