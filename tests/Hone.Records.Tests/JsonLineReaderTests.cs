using System.Text;
using System.Text.Json;
using Hone.Records.DataSets;
using Hone.Records.Logs;
using Hone.Records.RunFolders;

namespace Hone.Records.Tests;

public sealed class JsonLineReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tolerates_mark_crlf_blanks_and_a_missing_last_line_feed()
    {
        string path = _folder.Write("a.jsonl", "\uFEFF{\"a\":1}\r\n\r\n  \n  {\"a\": 2} \n{\"a\":3}");
        Assert.Equal([(1, "{\"a\":1}"), (4, "{\"a\": 2}"), (5, "{\"a\":3}")], Lines(path));
    }

    [Fact]
    public void Reads_gzip_whatever_its_name()
    {
        string path = _folder.WriteBytes("a.jsonl", TempFolder.Gzip("{\"a\":1}\n{\"a\":2}\n"));
        Assert.Equal([(1, "{\"a\":1}"), (2, "{\"a\":2}")], Lines(path));
    }

    [Fact]
    public void Lines_longer_than_the_buffer_come_whole()
    {
        string[] texts = [.. new[] { 3, 65_536, 200_000, 1, 131_072 }.Select((n, i) => $"{{\"n{i}\":\"{new string('x', n)}\"}}")];
        string path = _folder.Write("a.jsonl", string.Join('\n', texts));
        Assert.Equal(texts.Select((text, i) => (i + 1, text)), Lines(path));
    }

    [Fact]
    public void Accepts_pythons_numbers_outside_strings_only()
    {
        const string Line = """{"a": NaN, "b": [-Infinity,Infinity], "c": "NaN, \" Infinity", "d": -1, "e":NaN}""";
        string path = _folder.Write("a.jsonl", Line + "\n{\"a\": 1}\n" + Line);
        using JsonLineReader reader = JsonLineReader.Open(path);
        Assert.True(reader.Read());
        Assert.Equal(Line, Text(reader.Line));
        Assert.Equal("""{"a": "NaN", "b": ["-Infinity","Infinity"], "c": "NaN, \" Infinity", "d": -1, "e":"NaN"}""",
            Text(reader.Json));
        Assert.True(reader.Read());
        Assert.Equal("{\"a\": 1}", Text(reader.Json));
        Assert.True(reader.Read());
        Assert.Contains("\"e\":\"NaN\"", Text(reader.Json), StringComparison.Ordinal);
        Assert.False(reader.Read());
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character_and_a_whole_pair_stays()
    {
        string path = _folder.Write("a.jsonl",
            """{"a":"\ud83d\ude00 \ud83d! \ude00 \\ud83d \uD83D\n","n":NaN}""");
        JsonElement json = JsonLine.ReadAll(path).Single().Json;
        Assert.Equal("\U0001F600 \uFFFD! \uFFFD \\ud83d \uFFFD\n", json.GetProperty("a").GetString());
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":", "a.jsonl:2: the line is cut off after 5 bytes")]
    [InlineData("{\"a\":\n{\"a\":1}", "a.jsonl:1: the line is cut off after 5 bytes")]
    [InlineData("{\"a\":\"x", "a.jsonl:1: the line is cut off after 7 bytes")]
    [InlineData("{\"a\":1}\n\n{\"a\":nope}", "a.jsonl:3: invalid JSON at byte 7")]
    [InlineData("{\"a\":NaNs}", "a.jsonl:1: invalid JSON at byte 6")]
    [InlineData("{\"a\":1} {\"b\":2}", "a.jsonl:1: invalid JSON at byte 9")]
    [InlineData("[{\"a\":1}]", "a.jsonl:1: the line starts with '[', expected a JSON object. Hint: the file looks like one JSON array")]
    [InlineData("hello", "a.jsonl:1: the line starts with 'h'")]
    public void Names_the_line_of_what_it_refuses(string text, string message) =>
        Bad.Input(() => Lines(_folder.Write("a.jsonl", text)), message);

    [Fact]
    public void Refuses_other_encodings_and_formats_by_name()
    {
        Bad.Input(() => Lines(_folder.WriteBytes("latin", [.. "{\"a\":\"\xe9\"}\n"u8.ToArray().Select(b => b == 0xc3 ? (byte)0xe9 : b)])),
            "latin:1: the line is not valid UTF-8");
        Bad.Input(() => Lines(_folder.WriteBytes("utf16", Encoding.Unicode.GetPreamble())), "UTF-16", "iconv");
        Bad.Input(() => Lines(_folder.WriteBytes("parquet", "PAR1...."u8.ToArray())), "Parquet");
        Bad.Input(() => Lines(_folder.Root), "is a folder");
        byte[] zip = TempFolder.Gzip(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{{\"a\":{i * 7919}}}\n")));
        Bad.Input(() => Lines(_folder.WriteBytes("cut.gz", zip[..(zip.Length / 2)])), "cut.gz:");
        FileNotFoundException missing = Assert.Throws<FileNotFoundException>(() => Lines(_folder["none"]));
        Assert.Contains("no such file", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_last_line_is_left_out_only_when_asked_and_only_at_the_end()
    {
        string path = _folder.Write("a.jsonl", "{\"a\":1}\n{\"a\": 2");
        using JsonLineReader reader = JsonLineReader.Open(path, dropHalfLastLine: true);
        Assert.True(reader.Read());
        Assert.False(reader.DroppedHalfLine);
        Assert.False(reader.Read());
        Assert.True(reader.DroppedHalfLine);
        Bad.Input(() => Lines(path), "a.jsonl:2");
        Bad.Input(() => Lines(_folder.Write("b", "{\"a\":\n{\"a\":2}\n"), half: true), "b:1", "cut");
        Bad.Input(() => Lines(_folder.Write("c", "my notes"), half: true), "c:1");
    }

    [Fact]
    public void Damaged_files_give_only_errors_for_users()
    {
        var random = new Random(1);
        byte[] good = Encoding.UTF8.GetBytes("{\"id\":\"a\",\"prompt\":[{\"role\":\"user\",\"content\":\"1\\ud83d\\ude002\"}],"
            + "\"step\":1,\"prompt_id\":3,\"reward\":NaN,\"mean_logprob\":-1.5}\n{\"id\":\"\u00e9\",\"prompt\":\"b\"}\n");
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] bytes = [.. good];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:\\nN-0ud"[random.Next(14)]);
            }

            string path = _folder.WriteBytes("a", bytes);
            refused += Refused(() => DataSet.Read(path)) + Refused(() => RolloutLog.Read(path))
                + Refused(() => MetricsLine.ReadAll(path).ToList()) + Refused(() => ScoreLine.ReadAll(path));
        }

        Assert.InRange(refused, 2000, 3999);
    }

    // Any exception but the one for users fails the test.
    private static int Refused(Func<object> read)
    {
        try
        {
            _ = read();
            return 0;
        }
        catch (InvalidDataException error)
        {
            Assert.DoesNotContain('\n', error.Message);
            return 1;
        }
    }

    private static string Text(ReadOnlyMemory<byte> line) => Encoding.UTF8.GetString(line.Span);

    private static List<(int Number, string Line)> Lines(string path, bool half = false)
    {
        List<(int, string)> lines = [];
        using JsonLineReader reader = JsonLineReader.Open(path, half);
        while (reader.Read())
        {
            lines.Add((reader.LineNumber, Text(reader.Line)));
        }

        return lines;
    }
}
