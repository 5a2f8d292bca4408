using System.Text.Json.Nodes;
using Hone.Records.DataSets;
using Hone.Records.Exporting;
using Hone.Records.Parquet;
using Hone.Records.Tests.Parquet;

namespace Hone.Records.Tests.Exporting;

public sealed class ParquetExportTests : IDisposable
{
    private const string Two = """
        {"question":"1+1?","answer":"One.\n#### 1,002"}
        {"question":"\"ü\"\n?","answer":"s\n#### -3.5"}
        """;

    private readonly TempFolder _folder = new();

    public static TheoryData<Trainer> Trainers => [.. Enum.GetValues<Trainer>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Parquet_holds_the_same_rows_as_JSON_lines(Trainer trainer)
    {
        DuckDb.Need();
        DataSet set = DataSet.Read(_folder.Write("a.jsonl", Two));
        SelectedRow[] rows = [.. set.Rows.Select(Chosen)];
        TrainerExport.Write(_folder["k.jsonl"], trainer, set, rows);
        TrainerExport.Write(_folder["k.parquet"], trainer, set, rows);
        Assert.Equal(
            File.ReadAllLines(_folder["k.jsonl"]).Select(Canonical), DuckDb.Rows(_folder["k.parquet"]).Select(Canonical));
        DataSet again = DataSet.Read(_folder["k.parquet"], requireAnswer: true);
        Assert.Equal([("0", "1+1?", "1002"), ("1", "\"ü\"\n?", "-3.5")], again.Rows.Select(row => (row.Id, row.Prompt, row.Answer!)));
    }

    [Fact]
    public void A_verl_row_has_verls_types()
    {
        DuckDb.Need();
        DataSet set = DataSet.Read(_folder.Write("a.jsonl", Two));
        TrainerExport.Write(_folder["k.parquet"], Trainer.Verl, set, [Chosen(set.Rows[0])]);
        Dictionary<string, string> types = ParquetReader.Columns(_folder["k.parquet"]).ToDictionary(column => column.Name, column => column.Type);
        Assert.Equal("STRUCT(\"role\" VARCHAR, \"content\" VARCHAR)[]", types["prompt"]);
        Assert.Equal("STRUCT(style VARCHAR, ground_truth VARCHAR)", types["reward_model"]);
        Assert.Contains("\"index\" BIGINT", types["extra_info"], StringComparison.Ordinal);
        Assert.Equal(("BIGINT", "DOUBLE", "VARCHAR"), (types["hone_rank"], types["hone_score"], types["hone_selected_by"]));
    }

    [Fact]
    public void Own_rows_of_a_Parquet_file_keep_their_types()
    {
        string source = DuckDb.Copy("""
            SELECT 'd' AS data_source, [{'role': 'user', 'content': 'q' || i}] AS prompt, {'ground_truth': '7'} AS reward_model,
                {'index': i::INTEGER} AS extra_info, i::FLOAT AS f, DATE '2024-01-02' AS day, 5 AS hone_old FROM range(4) t(i)
            """, _folder["s.parquet"]);
        DataSet set = DataSet.Read(source);
        TrainerExport.Write(_folder["k.parquet"], Trainer.Verl, set, [Chosen(set.Rows[2]), Chosen(set.Rows[0])]);
        Dictionary<string, string> before = ParquetReader.Columns(source).ToDictionary(column => column.Name, column => column.Type);
        Dictionary<string, string> after = ParquetReader.Columns(_folder["k.parquet"]).ToDictionary(column => column.Name, column => column.Type);
        Assert.All(before.Where(column => column.Key != "hone_old"), column => Assert.Equal(column.Value, after[column.Key]));
        Assert.Equal(["hone_id", "hone_rank", "hone_score", "hone_selected_by"], after.Keys.Except(before.Keys));
        Assert.DoesNotContain("hone_old", after.Keys);
        Assert.Equal([("2", "q2"), ("0", "q0")], DataSet.Read(_folder["k.parquet"]).Rows.Select(row => (row.Id, row.Prompt)));
    }

    [Fact]
    public void Rows_that_no_trainer_is_named_for_go_into_Parquet_as_they_are()
    {
        DuckDb.Need();
        DataSet set = DataSet.Read(_folder.Write("a.jsonl", Two));
        SelectedParquet.Write(_folder["k.parquet"], set, [Chosen(set.Rows[1])]);
        JsonNode row = JsonNode.Parse(Assert.Single(DuckDb.Rows(_folder["k.parquet"])))!;
        Assert.Equal(("s\n#### -3.5", 0.5, 1), ((string)row["answer"]!, (double)row["hone_score"]!, (int)row["hone_rank"]!));
    }

    [Fact]
    public void Real_rows_with_fields_of_their_own()
    {
        DuckDb.Need();
        string source = Shared.File("ugcs/deepscaler_val.parquet");
        DataSet set = DataSet.Read(source, FieldMap.ForDataSet(["answer=ground_truth", "id=problem_id"]));
        SelectedRow[] rows = [.. set.Rows.Take(50).Select(Chosen)];

        // TRL takes any columns beside the prompt, so that these are its own; verl wants the answer in its place.
        TrainerExport.Write(_folder["trl.parquet"], Trainer.Trl, set, rows);
        JsonObject[] before = [.. ParquetFile.ReadRows(source).Take(50).Select(row => JsonNode.Parse(row.Span)!.AsObject())];
        JsonObject[] after = [.. ParquetFile.ReadRows(_folder["trl.parquet"]).Select(row => JsonNode.Parse(row.Span)!.AsObject())];
        Assert.Equal(["problem_id", "prompt", "ground_truth", "hone_id", "hone_rank", "hone_score", "hone_selected_by"], after[0].Select(field => field.Key));
        Assert.All(before.Zip(after), pair => Assert.All(pair.First, field => Assert.True(JsonNode.DeepEquals(field.Value, pair.Second[field.Key]))));
        TrainerExport.Write(_folder["verl.parquet"], Trainer.Verl, set, rows);
        DataSet verl = DataSet.Read(_folder["verl.parquet"], requireAnswer: true);
        Assert.Equal(DataSetShape.Verl, verl.Shape);
        Assert.Equal(rows.Select(row => (row.Row.Id, row.Row.Prompt, row.Row.Answer)), verl.Rows.Select(row => (row.Id, row.Prompt, row.Answer)));
    }

    private static SelectedRow Chosen(DataRow row) =>
        new(row, new JsonObject { ["hone_rank"] = 1, ["hone_score"] = 0.5, ["hone_selected_by"] = "fuzzy" });

    private static string Canonical(string row) => JsonNode.Parse(row)!.ToJsonString();
}
