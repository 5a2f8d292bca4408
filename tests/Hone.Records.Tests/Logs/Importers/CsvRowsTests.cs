using Hone.Records.Logs;

namespace Hone.Records.Tests.Logs.Importers;

public sealed class CsvRowsTests : IDisposable
{
    private static readonly string[] Map = ["prompt_id=question", "reward=score", "logprobs=lp"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quotes_commas_and_line_breaks_stay_in_their_field()
    {
        string text = "\uFEFFstep,question,\"text\",score,lp\r\n1,\"a, \"\"b\"\"\nc\",\"\",1,\"[-1, -2]\"\r\n\r\n2,\"\"\"q\",x,0.5,[-3]\n3,z,y,,nan";
        RolloutLog log = LogsOf.Read(_folder.Write("log.csv", text), fields: Map);
        Assert.Equal(("csv", 2, 1), (log.Format.Name, log.Count, log.SkippedRows));
        Assert.Equal([1, 2], log.Steps.ToArray());
        Assert.Equal(["\"q", "a, \"b\"\nc", "z"], log.PromptIds);
        Assert.Equal([1, 0.5], log.Rewards.ToArray());
        Assert.Equal([-1.5, -3], log.MeanLogprobs.ToArray());
        string zipped = _folder.WriteBytes("zipped.csv.gz", TempFolder.Gzip(text));
        Assert.Equal([-1.5, -3], LogsOf.Read(zipped, fields: Map).MeanLogprobs.ToArray());
    }

    [Theory]
    [InlineData("1,q,1", "log.csv:2: the record has 3 fields, expected 4 as in the first line")]
    [InlineData("1,q,1,[-1]\n2,\"q,1,-1\n", "log.csv:3: a quote is never closed")]
    [InlineData("1,\"q\"q,1,-1", "log.csv:2: there is text behind a closing quote")]
    [InlineData("1,q,good,[-1]", "log.csv:2: field 'score' is 'good', expected a number")]
    [InlineData("1,\"a\n\n\",1,[-1]\nx,q,1,[-1]", "log.csv:5: field 'step' is 'x', expected a number")]
    [InlineData("1,q,1,[-1", "log.csv:2: field 'lp' is '[-1', expected a list of numbers")]
    [InlineData("", "the log has no rows")]
    public void Odd_records_are_named_by_the_line_they_start_in(string records, string message) =>
        Bad.Input(() => LogsOf.Read(_folder.Write("log.csv", $"step,question,score,lp\n{records}"), fields: Map), message);

    [Fact]
    public void Missing_columns_and_empty_files_are_errors()
    {
        Bad.Input(() => LogsOf.Read(_folder.Write("log.csv", "step,uid,score\n1,q,1\n")), "no field 'prompt_id'; the fields are step, uid, score",
            "--field prompt_id=uid");
        Bad.Input(() => LogsOf.Read(_folder.Write("empty.csv", "\n")), "the file is empty");
    }
}
