using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Records.DataSets;
using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

public sealed class ParquetDataSetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> RealFiles =>
    [
        "ugcs/gsm8k_val.parquet", "ugcs/deepscaler_val.parquet", "verl-arithmetic/data/train.parquet", "verl-arithmetic/data/test.parquet",
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_parquet_are_treated_as_lines_of_json_are()
    {
        // Told by content: the names say the opposite.
        string[] rows =
        [
            """{"data_source":"x","prompt":[{"role":"system","content":"s"},{"role":"user","content":"1 + 1"}],"reward_model":{"style":"rule","ground_truth":"2"},"extra_info":{"index":17,"split":"train"},"difficulty":0.5}""",
            """{"data_source":"y","prompt":[{"role":"user","content":"é\n"}],"reward_model":{"style":"rule","ground_truth":"3"},"extra_info":{"index":18,"split":"train"},"difficulty":"NaN"}""",
        ];
        DuckDb.Write(_folder["a.jsonl"], rows);
        DataSet parquet = DataSet.Read(_folder["a.jsonl"], requireAnswer: true);
        DataSet lines = DataSet.Read(
            _folder.Write("b.parquet", string.Join('\n', rows).Replace("\"NaN\"", "NaN", StringComparison.Ordinal)), requireAnswer: true);
        Assert.Equal(DataSetShape.Verl, parquet.Shape);
        Assert.Equal(["17", "18"], parquet.Rows.Select(row => row.Id));
        Assert.Equal(lines.Hash, parquet.Hash);
        for (int i = 0; i < rows.Length; i++)
        {
            (DataRow one, DataRow other) = (lines.Rows[i], parquet.Rows[i]);
            Assert.Equal(one.Messages!, other.Messages!);
            Assert.Equal((one.Prompt, one.Answer, one.LineNumber), (other.Prompt, other.Answer, other.LineNumber));
            Assert.Equal(one.Json.ToArray(), other.Json.ToArray());
        }

        SelectedRow.Write(_folder["kept.jsonl"], [new(parquet.Rows[1], new JsonObject { ["hone_rank"] = 1 })]);
        Assert.EndsWith(",\"difficulty\":NaN,\"hone_rank\":1}\n", File.ReadAllText(_folder["kept.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_the_row()
    {
        DuckDb.Write(_folder["a"], """{"prompt":"p","answer":"1"}""", """{"prompt":"q","answer":null}""", """{"prompt":null}""");
        Bad.Input(() => DataSet.Read(_folder["a"]), "a: row 2 has no prompt: field 'prompt' is missing; the fields are prompt, answer");
        Bad.Input(() => DataSet.Read(_folder["a"], requireAnswer: true), "a: row 1 has no answer");
        DuckDb.Write(_folder["a"], """{"prompt":"p","id":1}""", """{"prompt":"p","id":1}""");
        Bad.Input(() => DataSet.Read(_folder["a"]), "a: row 1: id '1' is also in row 0");
        DuckDb.Write(_folder["a"], """{"text":"p"}""");
        Bad.Input(() => DataSet.Read(_folder["a"]), "a: row 0: unknown shape of data set; the fields are text");
    }

    [Fact]
    public void A_column_without_a_form_in_json_is_read_as_text()
    {
        string path = DuckDb.Copy("SELECT 'q' AS prompt, INTERVAL 3 DAY AS wait", _folder["a"]);
        Assert.Equal("{\"prompt\":\"q\",\"wait\":\"3 days\"}", Assert.Single(DuckDb.Rows(path)));
        Assert.Equal("q", DataSet.Read(path).Rows[0].Prompt);
    }

    // The digests are of the values that hyparquet reads.
    [Theory]
    [InlineData("ugcs/gsm8k_val.parquet", 100, true, "b0d6dbc7480f9b7972a4bb064563724f18bd6790ef96a70e9100661935e161ce")]
    [InlineData("ugcs/deepscaler_val.parquet", 100, true, "1e804bef4b0ada24f6a9504f9f7693913516c79f13351ec6b84525891672186f")]
    [InlineData("verl-arithmetic/data/train.parquet", 800, false, "0fe0def3e944f2966df2da4501758fe2eb78b4c90659491a8ab0327c7a4a330d")]
    [InlineData("verl-arithmetic/data/test.parquet", 200, false, "c6cb90e8a778cbbf4ad7690e0c265e5493816e41c82e98f30e532d8e619e3e9c")]
    public void Real_data_sets(string file, int count, bool answers, string digest)
    {
        DuckDb.Need();
        DataSet set = DataSet.Read(
            Shared.File(file), FieldMap.ForDataSet(answers ? ["answer=ground_truth", "id=problem_id"] : []), requireAnswer: answers);
        Assert.Equal((count, answers ? DataSetShape.Plain : DataSetShape.Trl), (set.Rows.Count, set.Shape));
        string values = string.Concat(set.Rows.Select(
            row => $"{row.Id}\n{Assert.Single(row.Messages!).Role}\n{row.Prompt}\n{row.Answer}\n"));
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(values))));
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void Every_value_of_real_files_is_what_another_reader_finds(string file)
    {
        DuckDb.Need();
        OtherReader.AssertSameRows(Shared.File(file));
    }

    [Fact]
    public void Every_value_of_our_own_files_is_what_another_reader_finds()
    {
        DuckDb.Write(
            _folder["a"],
            """{"prompt":[{"role":"user","content":"é \"q\" 漢 😀\n"}],"reward_model":{"ground_truth":"1"},"n":9007199254740993,"x":0.1,"t":true,"l":[[1],[],[2,3]],"e":[]}""",
            """{"prompt":[],"reward_model":null,"n":-1,"x":1e308,"t":null,"l":[],"e":[]}""",
            """{"prompt":null,"reward_model":{"ground_truth":null},"n":null,"x":"NaN","t":false,"l":null,"e":null}""");
        OtherReader.AssertSameRows(_folder["a"]);
        ParquetFile.WriteSelected(
            _folder["a"], [2, 0, 0], [AddedColumn.Doubles("hone_x", [0.1, null, 3]), AddedColumn.Texts("hone_t", ["a", null, "é"])], _folder["b"]);
        OtherReader.AssertSameRows(_folder["b"]);
    }
}
