using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Records.DataSets;

namespace Hone.Records.Tests.DataSets;

public sealed class SelectedRowTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"prompt": "a", "x": 1.50}""", """{"prompt": "a", "x": 1.50, "hone_rank": 3}""")]
    [InlineData("""{"prompt":"a","x":NaN}""", """{"prompt":"a","x":NaN,"hone_rank":3}""")]
    [InlineData("""{ "prompt" : "\u00e9\"},", "hone": [{"hone_rank": 1}] }""", """{ "prompt" : "\u00e9\"},", "hone": [{"hone_rank": 1}], "hone_rank": 3}""")]
    [InlineData("""{"prompt": "a", "hone_rank": {"a": [1, 2]}, "x": 1}""", """{"prompt": "a", "x": 1, "hone_rank": 3}""")]
    [InlineData("""{"hone_old":"}","prompt":"a","hone_rank":7}""", """{"prompt":"a","hone_rank":3}""")]
    [InlineData("""{"hone_old": 1}""", """{"hone_rank":3}""")]
    [InlineData("{}", """{"hone_rank":3}""")]
    public void The_text_of_a_row_stays_but_for_our_fields(string row, string expected) =>
        Assert.Equal(expected, Splice(row, new JsonObject { ["hone_rank"] = 3 }));

    [Fact]
    public void Writes_values_of_every_kind()
    {
        Assert.Equal("""{"a":1,"hone_x":0.25,"hone_y":null,"hone_z":"\"","hone_t":true}""",
            Splice("""{"a":1}""", new() { ["hone_x"] = 0.25, ["hone_y"] = double.NaN, ["hone_z"] = "\"", ["hone_t"] = true }));
        Assert.Throws<ArgumentException>(() => Splice("{}", new JsonObject { ["rank"] = 1 }));
    }

    [Fact]
    public void Real_rows_come_out_unchanged()
    {
        DataSet set = DataSet.Read(Shared.File("gsm8k/test.jsonl"));
        string path = _folder["out.jsonl"];
        SelectedRow.Write(path, set.Rows.Select((row, i) => new SelectedRow(row, new JsonObject { ["hone_rank"] = i })));
        string[] before = File.ReadAllLines(set.Path);
        string[] after = File.ReadAllLines(path);
        Assert.Equal(before.Length, after.Length);
        for (int i = 0; i < before.Length; i++)
        {
            Assert.Equal(before[i][..^1] + $", \"hone_rank\": {i}}}", after[i]);
        }

        // Chosen again, nothing is left of the first time.
        DataSet again = DataSet.Read(path);
        SelectedRow.Write(path, again.Rows.Select(row => new SelectedRow(row, [])));
        Assert.Equal(before, File.ReadAllLines(path));
    }

    private static string Splice(string row, JsonObject fields)
    {
        string spliced = Encoding.UTF8.GetString(RowSplice.Apply(Encoding.UTF8.GetBytes(row), fields));
        using JsonDocument parsed = JsonDocument.Parse(spliced.Replace("NaN", "null", StringComparison.Ordinal));
        return spliced;
    }
}
