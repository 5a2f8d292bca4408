using System.Text.Json.Nodes;

namespace Hone.Records.Tests;

public sealed class JsonFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_null_for_numbers_that_are_not_finite_and_keeps_letters()
    {
        JsonFile.Write(_folder["run.json"], new JsonObject
        {
            ["a"] = double.NaN,
            ["b"] = new JsonArray(1.5, float.NegativeInfinity, null, "1+2 <\u00e9>"),
            ["c"] = 3,
        });
        Assert.Equal("""{"a":null,"b":[1.5,null,null,"1+2 <E>"],"c":3}""".Replace("E", "\u00e9", StringComparison.Ordinal),
            string.Concat(File.ReadAllText(_folder["run.json"]).Split('\n').Select(line => line.Trim()))
                .Replace("\": ", "\":", StringComparison.Ordinal));
        Assert.Equal(3, (int)JsonFile.Read(_folder["run.json"])["c"]!);
    }

    [Fact]
    public void Names_the_line_of_a_mistake()
    {
        Bad.Input(() => JsonFile.Read(_folder.Write("a.json", "{\n\"a\": }")), "a.json:2: invalid JSON at byte 6");
        Bad.Input(() => JsonFile.Read(_folder.Write("b.json", """{"a":{"b":1,"b":2}}""")), "b.json: an object gives a key twice");
        Assert.Throws<FileNotFoundException>(() => JsonFile.Read(_folder["none.json"]));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        Assert.Equal(1, (int)JsonFile.Read(_folder.Write("a.json", "\uFEFF{\"a\": 1}"))["a"]!);
        Bad.Input(() => JsonFile.Read(_folder.Write("b.json", "\uFEFF")), "b.json:1: invalid JSON");
        Bad.Input(() => JsonFile.Read(_folder.Write("c.json", "\uFEFF\uFEFF{}")), "c.json:1: invalid JSON");
    }

    [Theory]
    [InlineData("""{"a\udc00":1}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""["\ud83d\ud83d"]""")]
    [InlineData("{\"a\":\"\u00ff\"}")]
    [InlineData("{\"\u00c0\u0080\":1}")]
    public void A_text_that_is_none_is_refused_here_and_not_where_it_is_used(string json) => Bad.Input(
        () => JsonFile.Read(_folder.WriteBytes("a.json", System.Text.Encoding.Latin1.GetBytes(json))), "a.json: a text in it is not valid UTF-8");
}
