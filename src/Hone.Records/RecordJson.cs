using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Records.RunFolders;

namespace Hone.Records;

/// <summary>How our own records look as JSON: snake_case, and null for a number that is not finite.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(FiniteNumberConverter)])]
[JsonSerializable(typeof(RolloutLine))]
[JsonSerializable(typeof(EvalLine))]
[JsonSerializable(typeof(DeletedCheckpoint))]
[JsonSerializable(typeof(ScoreLine))]
[JsonSerializable(typeof(SampleLine))]
[JsonSerializable(typeof(ArithmeticProblem))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>Keeps letters of every script, and the signs of arithmetic, as they are. Nothing here goes into
    /// HTML.</summary>
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = Encoder };

    /// <summary>The context with that encoder, which the attribute above cannot name.</summary>
    internal static RecordJson Lines => field ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
    {
        Encoder = Encoder,
    });

    /// <summary>The rows of a file of our own records, read as they are asked for.</summary>
    internal static IEnumerable<T> Read<T>(string path, JsonTypeInfo<T> type, bool dropHalfLastLine = false)
    {
        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine);
        while (reader.Read())
        {
            yield return Parse(reader, type);
        }
    }

    internal static T Parse<T>(JsonLineReader reader, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(reader.Json.Span, type)!;
        }
        catch (JsonException error)
        {
            string field = error.Path is null or "$" ? "" : $"field '{error.Path.TrimStart('$', '.')}': ";
            string problem = error.Message.Split(" Path: ")[0].ReplaceLineEndings(" ").TrimEnd('.');
            throw reader.Error(
                $"{field}{problem}, expected a row as Hone writes it", "check that this is the right file");
        }
    }
}
