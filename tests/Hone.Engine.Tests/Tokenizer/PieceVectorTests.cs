using System.Text.Json;
using Hone.Engine.Tokenization;
using Hone.Engine.Tokenization.Splitting;

namespace Hone.Engine.Tests.Tokenization;

/// <summary>Pieces of tricky texts against those of Python's regex module; Vectors/tokenizers/make_pieces.py.</summary>
public sealed class PieceVectorTests
{
    private static readonly JsonElement[] Cases = JsonSerializer.Deserialize<JsonElement[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "tokenizers", "pieces.json")))!;

    public static TheoryData<string, string> Expressions => new()
    {
        { "gpt2", @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+" },
        { "qwen2", TokenizerJson.OneDigitWords },
        { "llama3", TokenizerJson.LaterWords },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Scanners_cut_as_the_reference_does(string name, string expression)
    {
        Assert.InRange(Cases.Length, 400, 500);
        WordScanner scanner = Assert.IsType<WordScanner>(WordScanner.ForExpression(expression), exactMatch: true);
        foreach (JsonElement vector in Cases)
        {
            var found = new List<TextRange>();
            scanner.Find(vector.GetProperty("text").GetString()!, found);
            Assert.Equal(vector.GetProperty(name).EnumerateArray().Select(length => length.GetInt32()), found.Select(range => range.Length));
        }
    }

    [Fact]
    public void Words_are_those_of_the_reference()
    {
        foreach (JsonElement vector in Cases)
        {
            string text = vector.GetProperty("text").GetString()!;
            var found = new List<TextRange>();
            new WordPattern().Find(text, found);
            Assert.Equal(vector.GetProperty("words").EnumerateArray().Select(word => word.GetString()!), found.Select(range => text[range.Start..range.End]));
        }
    }
}
