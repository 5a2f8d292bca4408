using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Hone.Records.Lines;

namespace Hone.Records;

/// <summary>Whole JSON documents such as run.json and ranking.json.</summary>
public static class JsonFile
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = RecordJson.Encoder };

    /// <summary>Writes a document, indented, whole or not at all; a number that is not finite becomes null.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="document">The content.</param>
    public static void Write(string path, JsonNode document)
    {
        ArgumentNullException.ThrowIfNull(document);
        AtomicFile.Write(path, stream =>
        {
            using (var writer = new Utf8JsonWriter(stream, Indented))
            {
                WriteNode(writer, document);
            }

            stream.WriteByte((byte)'\n');
        });
    }

    /// <summary>Reads a document; a byte order mark at its start, as programs of Windows write it, is passed over.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not valid JSON in UTF-8, a text in it has half a surrogate pair, or an object gives a
    /// key twice. What is read can be used without another error of this kind.</exception>
    public static JsonNode Read(string path)
    {
        if (!File.Exists(path))
        {
            throw RecordError.NoFile(path);
        }

        try
        {
            ReadOnlySpan<byte> json = File.ReadAllBytes(path);
            json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
            if (!HoldsText(json))
            {
                throw RecordError.In(path, "a text in it is not valid UTF-8 or has half a surrogate pair, expected a JSON document in UTF-8",
                    "correct or remove the file");
            }

            // Of two members of one name nobody knows which is meant, and a JsonObject throws on first use.
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })
                ?? throw RecordError.In(path, "holds null, expected a JSON document", "write the file again");
        }
        catch (JsonException error) when (error.LineNumber is null)
        {
            // The parser says where the text is wrong, and of a key that comes again only that it does.
            throw RecordError.In(path, "an object gives a key twice, expected each key once", "correct or remove the file");
        }
        catch (JsonException error)
        {
            throw RecordError.At(path, (int)(error.LineNumber ?? 0) + 1,
                $"invalid JSON at byte {(error.BytePositionInLine ?? 0) + 1} of the line, expected a JSON document",
                "correct or remove the file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.In(path, $"cannot be read ({RecordError.Quote(error.Message)})", "check its permissions");
        }
    }

    // The parser lets bytes and escapes pass that are no characters, and throws where the text is first asked for.
    private static bool HoldsText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            bool suspect = PythonJson.MayHaveSurrogates(json);
            while (suspect && reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // The node's own WriteTo would throw on NaN, after minutes of work.
    internal static void WriteNode(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
            case JsonValue value when value.TryGetValue(out double number) && !double.IsFinite(number):
            case JsonValue single when single.TryGetValue(out float small) && !float.IsFinite(small):
                writer.WriteNullValue();
                break;
            case JsonObject fields:
                writer.WriteStartObject();
                foreach ((string name, JsonNode? field) in fields)
                {
                    writer.WritePropertyName(name);
                    WriteNode(writer, field);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (JsonNode? item in items)
                {
                    WriteNode(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
