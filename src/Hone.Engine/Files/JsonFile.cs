using System.Text.Json;
using System.Text.Unicode;

namespace Hone.Engine.Files;

/// <summary>Reads JSON files whose content nobody vouches for.</summary>
internal static class JsonFile
{
    /// <summary>Larger than any tokenizer or index in use, small enough to hold.</summary>
    private const long LargestFile = 512L << 20;

    private const int LongestComplaint = 200;

    /// <summary>The bytes of a file that must exist.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is too large to be what it should be.</exception>
    internal static byte[] ReadBytes(string path, string hint)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"{path}: no such file. Hint: {hint}.", path);
        }
        if (file.Length > LargestFile)
        {
            throw BadFile.Error(
                path, $"file of {file.Length} bytes, expected at most {LargestFile}", "this is not a JSON description");
        }
        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// Parses JSON and hands its root to <paramref name="read"/>; all that is wrong with it becomes one line.
    /// </summary>
    /// <exception cref="InvalidDataException">Not UTF-8, not JSON, or a key is given twice.</exception>
    internal static T Parse<T>(string path, ReadOnlyMemory<byte> json, Func<JsonField, T> read)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }
        if (!Utf8.IsValid(json.Span))
        {
            throw BadFile.Error(path, "the text is not UTF-8, expected JSON in UTF-8", "fetch the file again");
        }
        try
        {
            // A key given twice reads differently in different programs, so it is refused rather than chosen.
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(json, options);
            return read(new JsonField(path, "", document.RootElement));
        }
        catch (JsonException e)
        {
            // The parser quotes a word that is none, however long it is and whatever it holds.
            string what = BadFile.OneLine(e.Message.ReplaceLineEndings(" ").TrimEnd('.'), LongestComplaint);
            throw BadFile.Error(path, $"not valid JSON: {what}", "fetch the file again", e);
        }
        catch (InvalidOperationException e)
        {
            // JsonElement reports half a surrogate pair in an escape this way, and only when the string is read.
            throw BadFile.Error(
                path, "a string holds half a surrogate pair, expected Unicode text", "fetch the file again", e);
        }
    }
}
