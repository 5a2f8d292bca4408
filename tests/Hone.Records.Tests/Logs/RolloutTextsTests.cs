using Hone.Records.Logs;
using Hone.Records.Logs.Texts;

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
    [InlineData("completion", "response")]
    [InlineData("response", "completion")]
    public void Other_names_are_known_or_mapped(string name, string mapped)
    {
        _folder.Write("log.jsonl", $$"""
            {"step":1,"prompt_id":"a","prompt":"p","{{name}}":"c","reward":1,"mean_logprob":-1,"ref_mean_logprob":null}
            """);
        Assert.Equal([new RolloutText(0, "p", "c", true, false)], Texts("log.jsonl"));
        _folder.Write("log.jsonl", """{"step":1,"prompt_id":"a","q":"p","r":"c","reward":1}""");
        Bad.Input(() => Texts("log.jsonl"), "log.jsonl:1", "no text of prompt and completion", "--field prompt=");
        Assert.Equal([new RolloutText(0, "p", "c", false, false)], Texts("log.jsonl", "prompt=q", "completion=r"));
        Bad.Input(() => Texts("log.jsonl", "prompt=q"), "no text", mapped == "" ? "" : "--field completion=");
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

    private RolloutText[] Texts(string log, params string[] fields)
    {
        RolloutTexts texts = RolloutTexts.Open(_folder[log], new LogOptions { Fields = FieldMap.ForRolloutTexts(fields) });
        return [.. texts.Files.SelectMany(texts.Of)];
    }
}
