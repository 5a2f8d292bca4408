using Hone.Records.Logs;
using Hone.Records.Logs.Texts;
using Hone.Records.Tests.Parquet;

namespace Hone.Records.Tests.Logs;

/// <summary>Texts of logs, whoever wrote them.</summary>
public sealed class RolloutTextsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Verl_files_give_input_and_output_in_their_rows_order()
    {
        _folder.Write("v/10.jsonl", """
            {"input":"c","output":"3","score":1.0,"step":10,"acc":NaN}
            """);
        _folder.Write("v/9.jsonl", "\uFEFF" + """
            {"input":"a\n\u00e9 \ud83d\ude00","output":"1\"","score":1.0,"step":9}

              {"input":"b","output":"","score":0.0,"step":9}
            """);
        RolloutTexts texts = RolloutTexts.Open(_folder["v"], new LogOptions());
        Assert.Equal(["9.jsonl", "10.jsonl"], texts.Files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(
            [new RolloutText(0, "a\né 😀", "1\"", false, false), new RolloutText(1, "b", "", false, false)], texts.Of(texts.Files[0]));
        Assert.Equal([new RolloutText(0, "c", "3", false, false)], texts.Of(texts.Files[1]));
    }

    [Theory]
    [InlineData("completion")]
    [InlineData("response")]
    public void Other_names_are_known_or_mapped(string name)
    {
        _folder.Write("log.jsonl", $$"""
            {"step":1,"prompt_id":"a","prompt":"p","{{name}}":"c","reward":1,"mean_logprob":-1,"ref_mean_logprob":null}
            """);
        Assert.Equal([new RolloutText(0, "p", "c", true, false)], Texts("log.jsonl"));
        _folder.Write("log.jsonl", """{"step":1,"prompt_id":"a","q":"p","r":"c","reward":1}""");
        Bad.Input(() => Texts("log.jsonl"), "log.jsonl:1", "no text of prompt and completion", "--field prompt=");
        Assert.Equal([new RolloutText(0, "p", "c", false, false)], Texts("log.jsonl", "prompt=q", "completion=r"));
        Bad.Input(() => Texts("log.jsonl", "prompt=q"), "no text", "--field completion=");
    }

    [Fact]
    public void Half_a_character_and_a_half_written_last_line_do_no_harm()
    {
        _folder.Write("log.jsonl", """
            {"input":"a","output":"x\ud83d","score":1,"step":1}
            {"input":"b","output":"y","sc
            """);
        Assert.Equal(["x\uFFFD"], Texts("log.jsonl").Select(text => text.Completion));
    }

    [Theory]
    [InlineData("""{"input":[{"role":"user","content":"x"}],"output":"y","score":1,"step":1}""", "field 'input' is a list, expected text")]
    [InlineData("""{"input":"x","output":null,"score":1,"step":1}""", "field 'output' is null", "without its text")]
    [InlineData("""{"input":"x","output":7,"score":1,"step":1}""", "field 'output' is '7', expected text")]
    [InlineData("""{"input":["x","z"],"output":["y","w"],"score":1,"step":1}""", "lists of other lengths than the 1 completions")]
    [InlineData("""{"input":"x","output":["y"],"score":1,"step":1}""", "field 'output' is a list")]
    [InlineData("""{"input":"x","output":"\q","score":1,"step":1}""", "field 'output' starts with")]
    public void What_is_no_text_is_refused(string line, params string[] parts)
    {
        _folder.Write("log.jsonl", """{"input":"a","output":"b","score":1,"step":1}""" + "\n" + line + "\n");
        Bad.Input(() => Texts("log.jsonl"), ["log.jsonl:2", .. parts]);
    }

    [Fact]
    public void Ms_swift_tables_give_a_text_each()
    {
        _folder.Write("completions.jsonl", """
            {"step":["1","1"],"prompt":["p","q"],"completion":["a","b"],"accuracy":[1.0,0.0],"advantages":[1.0,-1.0]}
            {"step":["2"],"prompt":["p"],"completion":["c\n"],"accuracy":[1.0],"mean_logprob":[-0.5],"advantages":[1.0]}
            """);
        Assert.Equal(
            [
                new RolloutText(0, "p", "a", false, false), new RolloutText(1, "q", "b", false, false),
                new RolloutText(2, "p", "c\n", true, false),
            ], Texts("completions.jsonl"));
    }

    [Fact]
    public void Csv_rows_have_texts_too()
    {
        _folder.Write("log.csv", "step,prompt_id,prompt,completion,reward\n1,7,\"a, b\",\"say \"\"x\"\"\",1\n");
        Assert.Equal([new RolloutText(0, "a, b", "say \"x\"", false, false)], Texts("log.csv"));
    }

    [Fact]
    public void Trl_tables_and_other_parquet_rows_have_texts_too()
    {
        DuckDb.Need();
        Directory.CreateDirectory(_folder["out/completions"]);
        DuckDb.Copy(
            "SELECT * FROM (VALUES (1::BIGINT, 'p', 'a' || chr(10) || 'é', 1.0::DOUBLE, 0.5::DOUBLE), (1, 'p', 'b', 0.0, -0.5)) "
            + "t(step, prompt, completion, accuracy_reward, advantage)", _folder["out/completions/completions_00001.parquet"]);
        Assert.Equal(
            [new RolloutText(0, "p", "a\né", false, false), new RolloutText(1, "p", "b", false, false)], Texts("out"));
        DuckDb.Copy(
            "SELECT 1 AS step, 'x' AS prompt_id, 'p' AS q, 'c' AS response, 1.0::DOUBLE AS reward, -0.5::DOUBLE AS mean_logprob",
            _folder["rows.parquet"]);
        Assert.Equal([new RolloutText(0, "p", "c", true, false)], Texts("rows.parquet", "prompt=q", "completion=response"));
    }

    private RolloutText[] Texts(string log, params string[] fields)
    {
        RolloutTexts texts = RolloutTexts.Open(_folder[log], new LogOptions { Fields = FieldMap.ForRolloutTexts(fields) });
        return [.. texts.Files.SelectMany(texts.Of)];
    }
}
