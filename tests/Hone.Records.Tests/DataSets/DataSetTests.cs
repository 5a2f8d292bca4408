using System.Security.Cryptography;
using Hone.Records.DataSets;

namespace Hone.Records.Tests.DataSets;

public sealed class DataSetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"question":"q","answer":"a #### 1\n#### 1,234 "}""", DataSetShape.Gsm8k, "q", "1234", "a #### 1\n#### 1,234 ")]
    [InlineData("""{"question":"q","answer":"12"}""", DataSetShape.Plain, "q", "12", null)]
    [InlineData("""{"prompt":"q","answer":"12","solution":"s"}""", DataSetShape.Plain, "q", "12", "s")]
    [InlineData("""{"prompt":"q","answer":27.0}""", DataSetShape.Plain, "q", "27", null)]
    [InlineData("""{"prompt":"q","answer":-3.50}""", DataSetShape.Plain, "q", "-3.50", null)]
    [InlineData("""{"prompt":"q","answer":100}""", DataSetShape.Plain, "q", "100", null)]
    [InlineData("""{"problem":"q","answer":"\\frac12","solution":"s","question":"x"}""", DataSetShape.Math, "q", "\\frac12", "s")]
    [InlineData("""{"prompt":"q","level":3}""", DataSetShape.Trl, "q", null, null)]
    [InlineData("""{"prompt":[{"role":"user","content":"q"}],"kind":"x"}""", DataSetShape.Trl, "q", null, null)]
    [InlineData("""{"prompt":[{"role":"user","content":"q"}],"reward_model":{"ground_truth":"7"}}""", DataSetShape.Verl, "q", "7", null)]
    [InlineData("""{"prompt":"q","label":7,"metadata":{}}""", DataSetShape.Slime, "q", "7", null)]
    [InlineData("""{"prompt":"q","label":7,"answer":"8"}""", DataSetShape.Plain, "q", "8", null)]
    [InlineData("""{"prompt":"q","completion":"c","label":true}""", DataSetShape.Trl, "q", null, null)]
    [InlineData("""{"input":[{"role":"user","content":"q"}],"label":"7"}""", DataSetShape.OpenRlhf, "q", "7", null)]
    [InlineData("""{"input":"q","output":"7","task_name":"math"}""", DataSetShape.NemoRl, "q", "7", null)]
    [InlineData("""{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"ground_truth":["7"],"dataset":"math"}""", DataSetShape.OpenInstruct, "q", "7", null)]
    public void Recognises_shapes(string row, DataSetShape shape, string prompt, string? answer, string? solution)
    {
        DataSet set = Read(row);
        Assert.Equal((shape, prompt, answer, solution),
            (set.Shape, set.Rows[0].Prompt, set.Rows[0].Answer, set.Rows[0].Solution));
    }

    [Fact]
    public void Of_messages_the_last_of_the_user_is_the_prompt_and_all_are_kept()
    {
        DataRow row = Read("""
            {"prompt":[{"role":"system","content":"s"},{"role":"user","content":"1"},{"role":"assistant","content":"a"},{"role":"user","content":"2"}]}
            """).Rows[0];
        Assert.Equal("2", row.Prompt);
        Assert.Equal([new("system", "s"), new("user", "1"), new("assistant", "a"), new("user", "2")], row.Messages!);
        row = Read("""{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"ground_truth":"7","dataset":"math"}""").Rows[0];
        Assert.Equal([new("user", "q")], row.Messages!);
        Bad.Input(() => Read("""{"prompt":[{"role":"system","content":"s"}]}"""), "a.jsonl:1: ", "none with role 'user'");
        Bad.Input(() => Read("""{"prompt":[{"role":"user","content":[{"image":1}]}]}"""), "a.jsonl:1: message 0 of 'prompt'");
        Bad.Input(() => Read("""{"prompt":[]}"""), "0 messages");
    }

    [Fact]
    public void A_map_goes_before_the_shape()
    {
        DataSet set = Read("""{"q":{"text":"Q"},"prompt":"p","answer":"no","gold":{"a":5},"why":"because","key":1.0}""",
            ["prompt=q.text", "answer=gold.a", "solution=why", "id=key"]);
        Assert.Equal(DataSetShape.Mapped, set.Shape);
        DataRow row = set.Rows[0];
        Assert.Equal(("Q", "5", "because", "1"), (row.Prompt, row.Answer, row.Solution, row.Id));
        row = Read("""{"question":"Q","answer":"s #### 4"}""", ["prompt=question"]).Rows[0];
        Assert.Equal(("Q", "4", "s #### 4"), (row.Prompt, row.Answer, row.Solution));
    }

    [Fact]
    public void Ids_come_from_id_else_the_index_else_the_row()
    {
        DataSet set = Read("""
            {"prompt":"a","id":"x"}

            {"prompt":"b","id":60}
            {"prompt":"c","id":null,"extra_info":{"index":9}}
            {"prompt":"d"}
            {"prompt":"e","hone_id":40,"id":"y","extra_info":{"index":8}}
            """);
        Assert.Equal(["x", "60", "9", "3", "40"], set.Rows.Select(row => row.Id));
        Assert.Equal([1, 3, 4, 5, 6], set.Rows.Select(row => row.LineNumber));
        Bad.Input(() => Read("{\"prompt\":\"a\",\"id\":1}\n\n{\"prompt\":\"b\",\"id\":\"1\"}"), "a.jsonl:3: id '1' is also on line 1");
        Bad.Input(() => Read("{\"prompt\":\"a\",\"id\":[]}"), "row 0 has no usable id: field 'id' is a list");
        Bad.Input(() => Read("{\"prompt\":\"a\",\"id\":1}", ["id=key"]), "row 0 has no usable id: field 'key' is missing");
    }

    [Fact]
    public void A_row_without_a_prompt_is_an_error()
    {
        Bad.Input(() => Read("{\"prompt\":\"a\"}\n{\"answer\":1,\"x\":{\"y\":2}}"),
            "a.jsonl:2: row 1 has no prompt: field 'prompt' is missing; the fields are answer, x.y", "--field prompt=");
        Bad.Input(() => Read("{\"prompt\":\" \"}"), "'prompt' is empty");
        Bad.Input(() => Read("{\"prompt\":7}"), "'prompt' is a number");
    }

    [Fact]
    public void An_answer_is_needed_only_where_it_is_asked_for()
    {
        const string Rows = "{\"prompt\":\"a\",\"answer\":1}\n{\"prompt\":\"b\",\"gold\":2}";
        Assert.Null(Read(Rows).Rows[1].Answer);
        Bad.Input(() => Read(Rows, requireAnswer: true),
            "a.jsonl:2: row 1 has no answer: field 'answer' is missing; the fields are prompt, gold", "--field answer=");
        Bad.Input(() => Read("{\"prompt\":\"a\",\"answer\":[1]}", requireAnswer: true), "'answer' is a list");
        Bad.Input(() => Read("{\"prompt\":\"a\",\"answer\":\"\"}", requireAnswer: true), "'answer' is empty");
        Bad.Input(() => Read("{\"question\":\"a\",\"answer\":\"#### 1\"}\n{\"question\":\"b\",\"answer\":\"1\"}"),
            "a.jsonl:2: row 1 has no '####'");
    }

    [Fact]
    public void Unknown_shapes_and_empty_files_are_errors()
    {
        Bad.Input(() => Read("{\"text\":\"a\",\"gold\":{\"x\":1}}"), "a.jsonl:1: unknown shape", "the fields are text, gold.x",
            "--field prompt=THEIR_FIELD");
        Bad.Input(() => Read("{\"instruction\":\"a\",\"input\":\"b\",\"output\":\"c\"}"), "a.jsonl:1: unknown shape");
        Bad.Input(() => Read("{\"messages\":[]}"), "a.jsonl:1: unknown shape");
        Bad.Input(() => Read("{}"), "the fields are no fields");
        Bad.Input(() => Read("\n"), "a.jsonl: the data set has no rows");
    }

    [Fact]
    public void The_hash_is_of_the_rows()
    {
        const string Rows = "{\"prompt\":\"a\"}\n{\"prompt\": \"b\"}\n";
        string expected = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Rows)));
        Assert.Equal(expected, Read(Rows).Hash);
        Assert.Equal(expected, Read("\n" + Rows.Replace("\n", "\r\n", StringComparison.Ordinal)).Hash);
        Assert.Equal(expected, DataSet.Read(_folder.WriteBytes("a.gz", TempFolder.Gzip(Rows))).Hash);
        Assert.NotEqual(expected, Read(Rows.Replace('b', 'c')).Hash);
    }

    [Fact]
    public void Real_gsm8k()
    {
        DataSet set = DataSet.Read(Shared.File("gsm8k/train.jsonl"), requireAnswer: true);
        Assert.Equal((DataSetShape.Gsm8k, 7473), (set.Shape, set.Rows.Count));
        Assert.Equal("72", set.Rows[0].Answer);
        Assert.StartsWith("Natalia sold 48/2 = <<48/2=24>>24 clips", set.Rows[0].Solution, StringComparison.Ordinal);
        Assert.All(set.Rows, row => Assert.Matches(@"^-?[0-9.]+$", row.Answer!));
        Assert.Equal("7472", set.Rows[^1].Id);
    }

    [Theory]
    [InlineData("eval/math500.jsonl", 500, "0", "\\left( 3, \\frac{\\pi}{2} \\right)", true)]
    [InlineData("eval/aime24.jsonl", 30, "60", "204", true)]
    [InlineData("eval/amc23.jsonl", 40, "0", "27", false)]
    public void Real_evaluation_sets(string file, int count, string id, string answer, bool hasSolution)
    {
        DataSet set = DataSet.Read(Shared.File(file), requireAnswer: true);
        Assert.Equal((DataSetShape.Math, count), (set.Shape, set.Rows.Count));
        Assert.Equal((id, answer, hasSolution), (set.Rows[0].Id, set.Rows[0].Answer, set.Rows[0].Solution is not null));
    }

    [Fact]
    public void Real_rows_of_an_unknown_shape_can_be_mapped()
    {
        string path = Shared.File("gsm8k/example_model_solutions.jsonl");
        Bad.Input(() => DataSet.Read(path), "unknown shape", "question, ground_truth, 6b_finetuning.is_correct");
        DataSet set = DataSet.Read(path, FieldMap.ForDataSet(["prompt=question", "answer=175b_finetuning.solution"]), true);
        Assert.Equal(1319, set.Rows.Count);
    }

    private DataSet Read(string text, string[]? map = null, bool requireAnswer = false) =>
        DataSet.Read(_folder.Write("a.jsonl", text), FieldMap.ForDataSet(map ?? []), requireAnswer);
}
