using System.Globalization;
using System.Text.Json;

namespace Hone.Records.RunFolders;

/// <summary>
/// Picks the few fields that ranking needs out of a line, in one pass, without making strings of the prompts and
/// completions
/// that are most of its bytes.
/// </summary>
internal sealed class RolloutRowReader(RolloutFields fields, PromptTable prompts)
{
    private static readonly int AllFields = (1 << FieldMap.RolloutNames.Count) - 1;

    internal RolloutRow Read(JsonLineReader line)
    {
        RolloutRow row = default;
        var reader = new Utf8JsonReader(line.Json.Span);
        reader.Read();
        ReadObject(ref reader, AllFields, 0, ref row, line);
        return row;
    }

    /// <summary>Walks an object whose path agrees so far with those of the candidates, one bit a field.</summary>
    private void ReadObject(
        ref Utf8JsonReader reader, int candidates, int depth, ref RolloutRow row, JsonLineReader line)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            (int here, int deeper) = Match(ref reader, candidates, depth);
            reader.Read();
            for (int field = 0; here != 0; field++, here >>= 1)
            {
                if ((here & 1) != 0)
                {
                    Utf8JsonReader value = reader;
                    Take((RolloutField)field, ref value, ref row, line);
                }
            }

            if (deeper != 0 && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(ref reader, deeper, depth + 1, ref row, line);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private (int Here, int Deeper) Match(ref Utf8JsonReader reader, int candidates, int depth)
    {
        int here = 0;
        int deeper = 0;
        for (int field = 0; field < fields.Paths.Count; field++)
        {
            byte[][] path = fields.Paths[field];
            if ((candidates & (1 << field)) == 0 || path.Length <= depth)
            {
                continue;
            }

            if (reader.ValueTextEquals(path[depth]))
            {
                here |= path.Length == depth + 1 ? 1 << field : 0;
                deeper |= path.Length > depth + 1 ? 1 << field : 0;
            }
            else if (depth == 0 && path.Length > 1 && reader.ValueTextEquals(fields.Name((RolloutField)field)))
            {
                here |= 1 << field;
            }
        }

        return (here, deeper);
    }

    private void Take(RolloutField field, ref Utf8JsonReader value, ref RolloutRow row, JsonLineReader line)
    {
        row.Seen |= 1 << (int)field;
        switch (field)
        {
            case RolloutField.Step:
                row.Step = Whole(field, ref value, line);
                break;
            case RolloutField.PromptId:
                row.Prompt = value.TokenType is JsonTokenType.String or JsonTokenType.Number
                    ? prompts.Number(ref value)
                    : throw Refuse(field, ref value, "text or a number", line);
                break;
            case RolloutField.Sample when value.TokenType == JsonTokenType.Null:
            case RolloutField.Tokens when value.TokenType == JsonTokenType.Null:
                row.Seen &= ~(1 << (int)field);
                break;
            case RolloutField.Sample:
                row.Sample = Whole(field, ref value, line);
                break;
            case RolloutField.Tokens:
                row.Tokens = Whole(field, ref value, line);
                break;
            case RolloutField.MeanLogprob:
                row.MeanLogprob = Number(field, ref value, line);
                break;
            case RolloutField.RefMeanLogprob:
                row.RefMeanLogprob = Number(field, ref value, line);
                break;
            case RolloutField.Logprobs:
                row.MeanOfLogprobs = MeanOf(field, ref value, line, out int tokens);
                row.Tokens = row.Has(RolloutField.Tokens) ? row.Tokens : tokens;
                break;
            case RolloutField.RefLogprobs:
                row.MeanOfRefLogprobs = MeanOf(field, ref value, line, out _);
                break;
            case RolloutField.Reward:
                row.Reward = Number(field, ref value, line);
                break;
            default:
                row.Truncated = IsTruncated(ref value);
                break;
        }
    }

    // Some servers record why a completion ended; 'length' is then the word.
    private static bool IsTruncated(ref Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.Number => value.GetDouble() != 0,
        JsonTokenType.String => value.ValueTextEquals("length"u8) || value.ValueTextEquals("truncated"u8)
            || value.ValueTextEquals("true"u8) || value.ValueTextEquals("True"u8),
        _ => false,
    };

    /// <summary>The mean of an array of numbers; NaN for none, or where one of them is not finite.</summary>
    private double MeanOf(RolloutField field, ref Utf8JsonReader value, JsonLineReader line, out int count)
    {
        count = 0;
        if (value.TokenType == JsonTokenType.Null)
        {
            return double.NaN;
        }

        if (value.TokenType != JsonTokenType.StartArray)
        {
            throw Refuse(field, ref value, "a list of numbers", line);
        }

        double sum = 0;
        while (value.Read() && value.TokenType != JsonTokenType.EndArray)
        {
            sum += Number(field, ref value, line);
            count++;
        }

        return sum / count;
    }

    private int Whole(RolloutField field, ref Utf8JsonReader value, JsonLineReader line)
    {
        double number = Number(field, ref value, line);
        return number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : throw Refuse(field, ref value, "a whole number", line);
    }

    private double Number(RolloutField field, ref Utf8JsonReader value, JsonLineReader line) => value.TokenType switch
    {
        JsonTokenType.Number => value.GetDouble(),
        JsonTokenType.Null => double.NaN,
        JsonTokenType.True => 1,
        JsonTokenType.False => 0,
        JsonTokenType.String when double.TryParse(
            value.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => throw Refuse(field, ref value, "a number", line),
    };

    private InvalidDataException Refuse(
        RolloutField field, ref Utf8JsonReader value, string expected, JsonLineReader line)
    {
        string found = value.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.Null => "null",
            _ => RecordError.Quote(value.ValueSpan),
        };
        return line.Error($"field '{fields.Name(field)}' is {found}, expected {expected}",
            value.TokenType == JsonTokenType.StartObject
                ? $"name the field inside it: --field {RolloutFields.Ours(field)}={fields.Name(field)}.THEIR_FIELD"
                : $"correct the row, or name another field with --field {RolloutFields.Ours(field)}=THEIR_FIELD");
    }
}
