using System.Text.Json.Nodes;
using Hone.Records.DataSets;
using Hone.Records.Exporting;

namespace Hone.Records.Tests.Exporting;

public sealed class TrainerExportTests : IDisposable
{
    private const string Gsm8k = """{"question":"1+1?","answer":"One and one.\n#### 1,002"}""";
    private const string Chat = """{"id":"x-7","prompt":[{"role":"system","content":"s"},{"role":"user","content":"q é"}],"reward_model":{"ground_truth":"7"},"ability":"sums","data_source":"mine"}""";

    private readonly TempFolder _folder = new();

    public static TheoryData<Trainer> Trainers => [.. Enum.GetValues<Trainer>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Trainer.Verl, """
        {"data_source":"openai/gsm8k","prompt":[{"role":"user","content":"1+1?"}],"ability":"math","reward_model":{"style":"rule","ground_truth":"1002"},"extra_info":{"split":"train","index":0,"answer":"One and one.\n#### 1,002","question":"1+1?"},"id":0,"hone_rank":1,"hone_score":0.5}
        """)]
    [InlineData(Trainer.Trl, """
        {"prompt":[{"role":"user","content":"1+1?"}],"answer":"1002","solution":"One and one.\n#### 1,002","id":0,"hone_rank":1,"hone_score":0.5}
        """)]
    [InlineData(Trainer.OpenRlhf, """
        {"input":[{"role":"user","content":"1+1?"}],"label":"1002","datasource":"openai/gsm8k","id":0,"hone_rank":1,"hone_score":0.5}
        """)]
    [InlineData(Trainer.OpenInstruct, """
        {"messages":[{"role":"user","content":"1+1?"}],"ground_truth":"1002","dataset":"gsm8k","id":0,"hone_rank":1,"hone_score":0.5}
        """)]
    [InlineData(Trainer.NemoRl, """
        {"input":"1+1?","output":"1002","id":0,"hone_rank":1,"hone_score":0.5}
        """)]
    [InlineData(Trainer.Slime, """
        {"prompt":[{"role":"user","content":"1+1?"}],"label":"1002","metadata":{"index":0},"id":0,"hone_rank":1,"hone_score":0.5}
        """)]
    public void Gsm8k_rows_become_what_each_trainer_reads(Trainer trainer, string expected) =>
        Assert.Equal(expected.Trim(), Assert.Single(Export(trainer, Gsm8k).Text));

    [Theory]
    [InlineData(Trainer.Verl, """{"data_source":"d","prompt":[{"role":"user","content":"\u00e9"}],"reward_model":{"ground_truth":"7","style":"rule"},"extra_info":{"index":3, "x":1.0}}""")]
    [InlineData(Trainer.Verl, """{"data_source":"d","prompt":[{"role":"user","content":"q"}],"reward_model":{"ground_truth":["7","8"]},"id":"a"}""")]
    [InlineData(Trainer.Trl, """{"prompt":"q","answer":7.50,"level": 3}""")]
    [InlineData(Trainer.Trl, """{"prompt":[{"role":"user","content":"q"}],"gold":[1, 2],"nan":NaN}""")]
    [InlineData(Trainer.OpenRlhf, """{"input":"q","label":"7","datasource":"d","images":[]}""")]
    [InlineData(Trainer.OpenInstruct, """{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"ground_truth":["7"],"dataset":["math"]}""")]
    [InlineData(Trainer.NemoRl, """{"input":"q","output":"7","task_name":"math"}""")]
    [InlineData(Trainer.Slime, """{"prompt":"<|user|>q","label":"7","metadata":{"rm_type":"math"}}""")]
    public void A_row_in_the_trainers_own_format_keeps_its_text(Trainer trainer, string row)
    {
        (DataSet set, string[] text) = Export(trainer, row);
        Assert.StartsWith(row[..^1] + ",", text[0], StringComparison.Ordinal);
        Assert.EndsWith("\"hone_score\":0.5}", text[0], StringComparison.Ordinal);
        DataRow again = ReadBack(text).Rows[0];
        Assert.Equal((set.Rows[0].Id, set.Rows[0].Prompt, set.Rows[0].Answer), (again.Id, again.Prompt, again.Answer));
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void What_is_written_reads_back_as_the_same_prompts_answers_and_ids(Trainer trainer)
    {
        string[] rows =
        [
            """{"question":"1+1?","answer":"#### 1,002"}""", """{"question":"\"ü\"\n?","answer":"s\n#### -3.5"}""", """{"question":"3?","answer":"#### 0"}""",
        ];
        DataSet set = Read(string.Join('\n', rows));

        // The middle row alone is kept: its id is its place in the whole set.
        string path = _folder["kept.jsonl"];
        TrainerExport.Write(path, trainer, set, [new SelectedRow(set.Rows[1], [])]);
        DataSet again = DataSet.Read(path, requireAnswer: true);
        Assert.Equal(("1", "\"ü\"\n?", "-3.5"), (again.Rows[0].Id, again.Rows[0].Prompt, again.Rows[0].Answer));

        // And a second export of the export says the same.
        string second = _folder["second.jsonl"];
        TrainerExport.Write(second, trainer, again, [new SelectedRow(again.Rows[0], [])]);
        DataRow twice = DataSet.Read(second).Rows[0];
        Assert.Equal(("1", "\"ü\"\n?", "-3.5"), (twice.Id, twice.Prompt, twice.Answer));
    }

    [Fact]
    public void System_messages_sources_and_text_ids_are_carried_over()
    {
        JsonObject row = Parsed(Export(Trainer.OpenRlhf, Chat));
        Assert.Equal(("mine", "7", "x-7"), ((string)row["datasource"]!, (string)row["label"]!, (string)row["id"]!));
        Assert.Equal("""[{"role":"system","content":"s"},{"role":"user","content":"q é"}]""", row["input"]!.ToJsonString(Relaxed));
        Assert.Equal("x-7", (string)Parsed(Export(Trainer.Slime, Chat))["metadata"]!["index"]!);
        Assert.Equal("math", (string)Parsed(Export(Trainer.OpenInstruct, """{"prompt":"q","answer":"x^2"}"""))["dataset"]!);
        Assert.Equal("a", (string)Parsed(Export(Trainer.Verl, """{"prompt":"q","answer":"x^2"}"""))["data_source"]!);
        Assert.Equal("lighteval/MATH", (string)Parsed(Export(Trainer.Verl, """{"problem":"q","answer":"x^2"}"""))["data_source"]!);
    }

    [Fact]
    public void One_text_id_makes_all_of_them_text()
    {
        DataSet set = Read("{\"question\":\"a\",\"answer\":\"1\",\"id\":1}\n{\"question\":\"b\",\"answer\":\"1\",\"id\":\"01\"}");
        TrainerExport.Write(_folder["o.jsonl"], Trainer.Verl, set, [.. set.Rows.Select(row => new SelectedRow(row, []))]);
        Assert.Equal(["\"1\"", "\"01\""], File.ReadAllLines(_folder["o.jsonl"])
            .Select(line => JsonNode.Parse(line)!["extra_info"]!["index"]!.ToJsonString()));
    }

    [Fact]
    public void A_mapped_answer_is_not_taken_for_the_trainers_own()
    {
        DataSet set = DataSet.Read(_folder.Write("m.jsonl", """{"prompt":"q","label":"old","gold":"7"}"""), FieldMap.ForDataSet(["answer=gold"]));
        TrainerExport.Write(_folder["o.jsonl"], Trainer.Slime, set, [new SelectedRow(set.Rows[0], [])]);
        Assert.Equal("7", (string)JsonNode.Parse(File.ReadAllText(_folder["o.jsonl"]))!["label"]!);
    }

    [Theory]
    [InlineData(Trainer.Verl, "verl needs as 'reward_model.ground_truth'")]
    [InlineData(Trainer.OpenRlhf, "openrlhf needs as 'label'")]
    [InlineData(Trainer.OpenInstruct, "open-instruct needs as 'ground_truth'")]
    [InlineData(Trainer.NemoRl, "nemo-rl needs as 'output'")]
    [InlineData(Trainer.Slime, "slime needs as 'label'")]
    public void A_missing_answer_is_an_error_that_leaves_no_file(Trainer trainer, string needed)
    {
        const string Rows = "{\"prompt\":\"a\",\"answer\":1}\n\n{\"prompt\":\"b\",\"gold\":2,\"id\":\"k\"}";
        Bad.Input(() => Export(trainer, Rows), "a.jsonl:3: row 'k' has no answer", needed, "--field answer=");
        Assert.False(File.Exists(_folder["out.jsonl"]));
    }

    [Fact]
    public void Trl_can_do_without_an_answer() =>
        Assert.Equal("""{"prompt":"a","hone_id":0,"hone_rank":1,"hone_score":0.5}""", Export(Trainer.Trl, """{"prompt":"a"}""").Text[0]);

    [Fact]
    public void Nemo_rl_takes_no_system_message() => Bad.Input(
        () => Export(Trainer.NemoRl, Chat), "a.jsonl:1: row 'x-7' has 2 messages", "data.default.system_prompt_file");

    [Fact]
    public void Switches_quote_what_a_shell_would_split()
    {
        Assert.Equal("data.train_files=out/kept.jsonl", TrainerSwitches.For(Trainer.Verl, "out/kept.jsonl"));
        Assert.Equal("data.train_files='a b'\\''s.jsonl'", TrainerSwitches.For(Trainer.Verl, "a b's.jsonl"));
        Assert.All(TrainerNames.All, name =>
        {
            Assert.Contains("k.jsonl", TrainerSwitches.For(TrainerNames.Parse(name), "k.jsonl"), StringComparison.Ordinal);
            Assert.Equal(name, TrainerNames.Of(TrainerNames.Parse(name)));
        });
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Parsed((DataSet Set, string[] Text) exported) => JsonNode.Parse(exported.Text[0])!.AsObject();

    private DataSet Read(string rows) => DataSet.Read(_folder.Write("a.jsonl", rows));

    private DataSet ReadBack(string[] lines) => DataSet.Read(_folder.Write("again.jsonl", string.Join('\n', lines)));

    private (DataSet Set, string[] Text) Export(Trainer trainer, string rows)
    {
        DataSet set = Read(rows);
        string path = _folder["out.jsonl"];
        TrainerExport.Write(path, trainer, set, [.. set.Rows.Select(
            row => new SelectedRow(row, new JsonObject { ["hone_rank"] = 1, ["hone_score"] = 0.5 }))]);
        return (set, File.ReadAllLines(path));
    }
}
