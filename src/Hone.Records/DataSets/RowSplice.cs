using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Records.DataSets;

/// <summary>
/// Adds fields to a JSON object by editing its text, so that the numbers, escapes, order and spacing of the others
/// stay as
/// they are. The text is known to be an object that parses, perhaps with Python's bare NaN.
/// </summary>
internal static class RowSplice
{
    internal const string Prefix = "hone_";
    private static ReadOnlySpan<byte> QuotedPrefix => "\"hone_"u8;

    internal static byte[] Apply(ReadOnlySpan<byte> row, JsonObject fields)
    {
        ArrayBufferWriter<byte> output = new(row.Length + 128);
        bool spaced = CopyMembers(row, output);
        bool empty = output.WrittenCount == 1;
        foreach ((string name, JsonNode? value) in fields)
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                throw new ArgumentException($"Field '{name}' does not start with '{Prefix}'.", nameof(fields));
            }

            output.Write(empty ? ""u8 : spaced ? ", "u8 : ","u8);
            output.Write(Serialise(JsonValue.Create(name)));
            output.Write(spaced ? ": "u8 : ":"u8);
            output.Write(Serialise(value));
            empty = false;
        }

        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Copies the opening brace and all members but ours; says whether a space follows the first
    /// colon.</summary>
    private static bool CopyMembers(ReadOnlySpan<byte> row, ArrayBufferWriter<byte> output)
    {
        output.Write("{"u8);
        bool? spaced = null;
        bool first = true;
        int at = 1;
        while (at < row.Length)
        {
            int end = MemberEnd(row, at, out int colon);
            ReadOnlySpan<byte> member = row[at..end];
            if (row[end] == (byte)'}')
            {
                member = member.TrimEnd(" \t"u8);
            }

            ReadOnlySpan<byte> key = member.TrimStart(" \t"u8);
            if (!key.IsEmpty && !key.StartsWith(QuotedPrefix))
            {
                spaced ??= row[colon + 1] == (byte)' ';
                output.Write(first ? ""u8 : ","u8);
                output.Write(first && at > 1 ? key : member);
                first = false;
            }

            at = end + 1;
        }

        return spaced ?? false;
    }

    /// <summary>The comma or brace that ends the member at the start index, and the colon after its key.</summary>
    private static int MemberEnd(ReadOnlySpan<byte> row, int start, out int colon)
    {
        int depth = 0;
        colon = -1;
        for (int at = start; ; at++)
        {
            switch (row[at])
            {
                case (byte)'"':
                    at = StringEnd(row, at);
                    break;
                case (byte)':' when colon < 0:
                    colon = at;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when depth > 0:
                    depth--;
                    break;
                case (byte)'}' or (byte)',' when depth == 0:
                    return at;
                default:
                    break;
            }
        }
    }

    private static int StringEnd(ReadOnlySpan<byte> row, int quote)
    {
        int at = quote + 1;
        while (row[at] != (byte)'"')
        {
            at += row[at] == (byte)'\\' ? 2 : 1;
        }

        return at;
    }

    private static ReadOnlySpan<byte> Serialise(JsonNode? value)
    {
        ArrayBufferWriter<byte> text = new();
        using (var writer = new Utf8JsonWriter(text, RecordJson.WriterOptions))
        {
            JsonFile.WriteNode(writer, value);
        }

        return text.WrittenSpan;
    }
}
