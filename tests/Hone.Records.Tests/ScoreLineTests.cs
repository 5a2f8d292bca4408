namespace Hone.Records.Tests;

public sealed class ScoreLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_come_back_as_they_were_written()
    {
        string path = _folder["out/scores.jsonl"];
        ScoreLine[] lines = [new("7", -0.1234567890123, 0.884, 3), new("b \u00e9", double.NaN, double.NaN, 0, "answer")];
        using (ScoreWriter writer = ScoreWriter.Open(path))
        {
            writer.Append(lines[0]);
            Assert.Equal([lines[0]], ScoreLine.ReadAll(path));
            writer.Append(lines[1]);
        }

        Assert.Equal(lines, ScoreLine.ReadAll(path));
        Assert.Equal("""{"id":"7","confidence":-0.1234567890123,"probability":0.884,"tokens":3}""", File.ReadAllLines(path)[0]);
        Assert.Contains("\"confidence\":null", File.ReadAllLines(path)[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":\"a\",\"confidence\":-1,\"probability\":0.5,\"tokens\":1}\n{\"id\":\"b\",\"conf")]
    [InlineData("{\"id\":\"a\",\"confidence\":-1,\"probability\":0.5,\"tokens\":1}\n{\"id\":\"\u00e9")]
    [InlineData("{\"id\":\"a\",\"confidence\":-1,\"probability\":0.5,\"tokens\":1}")]
    [InlineData("{\"id\":\"a\",\"confidence\":-1,\"probability\":0.5,\"tokens\":1}\n")]
    public void Scoring_resumes_behind_the_last_whole_line(string left)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(left);
        string path = _folder.WriteBytes("scores.jsonl", left.EndsWith('\u00e9') ? bytes[..^1] : bytes);
        Assert.Equal(["a"], ScoreLine.ReadAll(path).Select(line => line.Id));
        using (ScoreWriter writer = ScoreWriter.Open(path))
        {
            writer.Append(new ScoreLine("c", -2, 0.1, 4));
        }

        Assert.Equal(2, File.ReadAllLines(path).Length);
        Assert.Equal(["a", "c"], ScoreLine.ReadAll(path).Select(line => line.Id));
    }

    [Fact]
    public void Refuses_what_is_not_a_score()
    {
        Bad.Input(() => ScoreLine.ReadAll(_folder.Write("a", "{\"id\":\"a\",\"tokens\":1}\n")), "a:1: ", "confidence");
        Bad.Input(() => ScoreLine.ReadAll(_folder.Write("a", "{\"id\":7,\"confidence\":1,\"probability\":1,\"tokens\":1}\n")),
            "a:1: field 'id'");
        Bad.Input(() => ScoreLine.ReadAll(_folder.Write("a", "{\"id\":\"a\",\"confidence\":[],\"probability\":1,\"tokens\":1}\n")),
            "a:1: field 'confidence'");
        const string Twice = "{\"id\":\"a\",\"confidence\":-1,\"probability\":0.5,\"tokens\":1}\n";
        Bad.Input(() => ScoreLine.ReadAll(_folder.Write("a", Twice + "\n" + Twice)), "a:3: id 'a' comes twice");
    }

    [Fact]
    public void Appending_never_empties_a_file_of_another_kind()
    {
        string path = _folder.Write("notes.txt", "my notes");
        Bad.Input(() => ScoreWriter.Open(path).Dispose(), "notes.txt:1");
        Assert.Equal("my notes", File.ReadAllText(path));
        Bad.Input(() => ScoreWriter.Open(_folder["scores.jsonl.gz"]).Dispose(), "compressed");
    }
}
