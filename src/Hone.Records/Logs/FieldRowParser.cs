using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Hone.Records.Logs.Json;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs;

/// <summary>Makes a row of a line that is one completion, with each of its values in a field of some name.</summary>
/// <param name="names">The fields' names.</param>
/// <param name="logprobsRequired">Whether a row without log-probabilities is an error.</param>
/// <param name="measures">What is read beside the mean log-probability.</param>
internal sealed class FieldRowParser(FieldNames names, bool logprobsRequired, IReadOnlyList<UncertaintyMeasure> measures) : ILineParser
{
    private readonly FieldName[] _names = [.. names.All];
    private readonly UncertaintyMeasure[] _measures = [.. measures.Where(MeasureColumns.IsOwnColumn)];
    private readonly TokenFigures? _tokens = TokenFigures.For(measures);
    private readonly FieldFinder _finder = new([.. names.All]);

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> line, LogFile file, RowBlock rows)
    {
        _tokens?.Clear();
        var found = default(FoundFields);
        _finder.Find(line, ref found);
        if (found.Has(RolloutField.Session) && IsNoTraining(line, found))
        {
            rows.Foreign++;
            return;
        }

        var row = new LoggedRow
        {
            Step = Step(line, file, found),
            Prompt = Prompt(line, found, rows),
            Sample = found.Has(RolloutField.Sample) ? Whole(RolloutField.Sample, line, found) ?? -1 : -1,
            Reward = Number(RolloutField.Reward, line, found),
        };
        (row.MeanLogprob, int counted) = LogProb(line, found, RolloutField.MeanLogprob, RolloutField.Logprobs, _tokens);
        (row.RefMeanLogprob, _) = LogProb(line, found, RolloutField.RefMeanLogprob, RolloutField.RefLogprobs, null);
        row.Tokens = found.Has(RolloutField.Tokens) ? Whole(RolloutField.Tokens, line, found) ?? counted : counted;
        row.Truncated = found.Has(RolloutField.Truncated) && IsTruncated(found.Value(line, RolloutField.Truncated));
        row.Verdict = Verdict(line, found, RolloutField.Correct, AnswerVerdict.Correct, AnswerVerdict.Wrong)
            | Verdict(line, found, RolloutField.FormatOk, AnswerVerdict.FormatOk, AnswerVerdict.FormatBad);
        ReadMeasures(line, found, ref row);
        if (found.Has(RolloutField.Session))
        {
            ReadSession(found.Value(line, RolloutField.Session), ref row);
        }

        rows.Add(row, logprobsRequired || counted >= 0 || found.Has(RolloutField.MeanLogprob));
    }

    private int Step(ReadOnlySpan<byte> line, LogFile file, in FoundFields found)
    {
        if (!found.Has(RolloutField.Step) && file.Step is int step)
        {
            return step;
        }

        Require(RolloutField.Step, line, found);
        return Whole(RolloutField.Step, line, found) ?? throw Refuse(RolloutField.Step, line, found, "a whole number");
    }

    private UInt128 Prompt(ReadOnlySpan<byte> line, in FoundFields found, RowBlock rows)
    {
        Require(RolloutField.PromptId, line, found);
        ReadOnlySpan<byte> value = found.Value(line, RolloutField.PromptId);
        PromptReading reading = _names[found.Name(RolloutField.PromptId)].Reading;
        if (reading == PromptReading.Text)
        {
            return rows.Text(value);
        }

        if (value[0] is (byte)'{' or (byte)'[' or (byte)'n' or (byte)'t' or (byte)'f')
        {
            throw Refuse(RolloutField.PromptId, line, found, "text or a number");
        }

        ReadOnlySpan<byte> id = value[0] == (byte)'"' ? value[1..^1] : value;
        if (id.Contains((byte)'\\'))
        {
            id = System.Text.Encoding.UTF8.GetBytes(Unescaped(value));
        }

        return rows.Id(id);
    }

    private static string Unescaped(ReadOnlySpan<byte> quoted)
    {
        try
        {
            return JsonElement.Parse(quoted).GetString()!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new RowException($"the text {RecordError.Quote(quoted)} has an escape that JSON does not know, expected a prompt's id",
                "correct the row");
        }
    }

    // Rows that fill up a batch have an empty prompt.
    private bool IsNoTraining(ReadOnlySpan<byte> line, in FoundFields found) =>
        found.Has(RolloutField.EvaluationMark)
        || (found.Has(RolloutField.PromptId) && found.Value(line, RolloutField.PromptId).SequenceEqual("\"\""u8)
            && _names[found.Name(RolloutField.PromptId)].Reading == PromptReading.Text);

    /// <summary>Takes <c>prompt_session_index</c> apart; a text of another form says nothing.</summary>
    private static void ReadSession(ReadOnlySpan<byte> quoted, ref LoggedRow row)
    {
        ReadOnlySpan<byte> id = quoted.Trim((byte)'"');
        int last = id.LastIndexOf((byte)'_');
        int before = last < 0 ? -1 : id[..last].LastIndexOf((byte)'_');
        if (before < 0 || !Whole(id[(before + 1)..last], out int session) || !Whole(id[(last + 1)..], out int turn))
        {
            return;
        }

        (row.Session, row.Turn, row.Sample) = (PromptKey.Of(id[..last]), turn, row.Sample < 0 ? session : row.Sample);

        static bool Whole(ReadOnlySpan<byte> text, out int number) =>
            Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;
    }

    /// <summary>The recorded mean where it is a number, else that of the list, whose length comes along (-1 for no list).</summary>
    private (double Mean, int Count) LogProb(
        ReadOnlySpan<byte> line, in FoundFields found, RolloutField mean, RolloutField list, TokenFigures? tokens)
    {
        if (mean == RolloutField.MeanLogprob && logprobsRequired && !found.Has(list))
        {
            Require(mean, line, found);
        }

        double recorded = found.Has(mean) ? Number(mean, line, found) : double.NaN;
        (double computed, int count) = found.Has(list) ? MeanOf(list, line, found, tokens) : (double.NaN, -1);
        return (double.IsFinite(recorded) ? recorded : computed, count);
    }

    /// <summary>The mean of a list of numbers; NaN for none, or where one of them is not finite.</summary>
    private (double Mean, int Count) MeanOf(
        RolloutField field, ReadOnlySpan<byte> line, in FoundFields found, TokenFigures? tokens)
    {
        ReadOnlySpan<byte> value = found.Value(line, field);
        if (value.SequenceEqual("null"u8))
        {
            return (double.NaN, 0);
        }

        if (value[0] != (byte)'[')
        {
            throw Refuse(field, line, found, "a list of numbers");
        }

        double sum = 0;
        int count = 0;
        JsonNumbers.ListValues values = JsonNumbers.Values(value);
        while (values.Next(out ReadOnlySpan<byte> item))
        {
            sum += JsonNumbers.TryDouble(item, out double number) ? number : throw Refuse(field, item, "a number");
            count++;
            tokens?.Add(number);
        }

        return (sum / count, count);
    }

    /// <summary>What was asked for: the recorded figure, else that of the list of log-probabilities.</summary>
    private void ReadMeasures(ReadOnlySpan<byte> line, in FoundFields found, ref LoggedRow row)
    {
        _tokens?.MoveTo(ref row);
        foreach (UncertaintyMeasure measure in _measures)
        {
            (RolloutField field, double computed) = measure switch
            {
                UncertaintyMeasure.Sum => (RolloutField.SumLogprob, row.SumLogprob),
                UncertaintyMeasure.Min => (RolloutField.MinLogprob, row.MinLogprob),
                UncertaintyMeasure.Tail => (RolloutField.TailLogprob, row.TailLogprob),
                UncertaintyMeasure.Entropy => (RolloutField.MeanEntropy, double.NaN),
                _ => (RolloutField.SelfCertainty, double.NaN),
            };
            double recorded = found.Has(field) ? Number(field, line, found) : double.NaN;
            double value = double.IsFinite(recorded) ? recorded : computed;
            switch (measure)
            {
                case UncertaintyMeasure.Sum: row.SumLogprob = value; break;
                case UncertaintyMeasure.Min: row.MinLogprob = value; break;
                case UncertaintyMeasure.Tail: row.TailLogprob = value; break;
                case UncertaintyMeasure.Entropy: row.MeanEntropy = value; break;
                default: row.SelfCertainty = value; break;
            }
        }
    }

    /// <summary>A yes or no, or a number above one half; none for anything else, for it serves findings alone.</summary>
    private static AnswerVerdict Verdict(
        ReadOnlySpan<byte> line, in FoundFields found, RolloutField field, AnswerVerdict yes, AnswerVerdict no)
    {
        if (!found.Has(field))
        {
            return AnswerVerdict.None;
        }

        ReadOnlySpan<byte> value = found.Value(line, field);
        return value.SequenceEqual("true"u8) ? yes
            : value.SequenceEqual("false"u8) ? no
            : value[0] is (byte)'[' or (byte)'{' or (byte)'"' || !JsonNumbers.TryDouble(value, out double number) || !double.IsFinite(number)
                ? AnswerVerdict.None
            : number > 0.5 ? yes : no;
    }

    // Some servers record why a completion ended; 'length' is then the word.
    private static bool IsTruncated(ReadOnlySpan<byte> value) =>
        value[0] == (byte)'"'
            ? value.SequenceEqual("\"length\""u8) || value.SequenceEqual("\"truncated\""u8) || value.SequenceEqual("\"true\""u8)
                || value.SequenceEqual("\"True\""u8)
            : value[0] is not ((byte)'[' or (byte)'{') && JsonNumbers.TryDouble(value, out double number) && number is not (0 or double.NaN);

    /// <summary>A whole number; null where the row says null.</summary>
    private int? Whole(RolloutField field, ReadOnlySpan<byte> line, in FoundFields found)
    {
        if (found.Value(line, field).SequenceEqual("null"u8))
        {
            return null;
        }

        double number = Number(field, line, found);
        return number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : throw Refuse(field, line, found, "a whole number");
    }

    private double Number(RolloutField field, ReadOnlySpan<byte> line, in FoundFields found)
    {
        Require(field, line, found);
        return JsonNumbers.TryDouble(found.Value(line, field), out double number)
            ? number
            : throw Refuse(field, line, found, "a number");
    }

    private void Require(RolloutField field, ReadOnlySpan<byte> line, in FoundFields found)
    {
        if (found.Has(field))
        {
            return;
        }

        IReadOnlyCollection<string> present = LineNames.Of(line);
        string name = names.First(field) ?? names.First(RolloutField.Logprobs) ?? FieldNames.Ours(field);
        throw new RowException($"no field '{name}'; the fields are {RecordError.List(present)}", FieldNames.Hint(field, present));
    }

    private RowException Refuse(RolloutField field, ReadOnlySpan<byte> line, in FoundFields found, string expected) =>
        Refuse(field, found.Value(line, field), expected);

    private RowException Refuse(RolloutField field, ReadOnlySpan<byte> value, string expected)
    {
        string ours = FieldNames.Ours(field), theirs = names.First(field) ?? ours;
        return new RowException(
            string.Create(CultureInfo.InvariantCulture, $"field '{theirs}' is {RecordError.Given(value)}, expected {expected}"),
            value[0] == (byte)'{'
                ? $"name the field inside it: --field {ours}={theirs}.THEIR_FIELD"
                : $"correct the row, or name another field with --field {ours}=THEIR_FIELD");
    }
}
