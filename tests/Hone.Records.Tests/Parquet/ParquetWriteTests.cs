using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

public sealed class ParquetWriteTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("VARCHAR", "\"2026-01-01\"", "\"2026-01-01T00:00:00Z\"", "\"1\"", "\"true\"", "\"\"", "null")]
    [InlineData("VARCHAR", "\"123e4567-e89b-12d3-a456-426614174000\"")]
    [InlineData("VARCHAR", "\"{\\\"a\\\":1}\"", "\"NaN\"", "\"é \\\\ \\n \\u0000 \\\"漢\\\"\"")]
    [InlineData("VARCHAR", "\"Infinity\"")]
    [InlineData("BIGINT", "1", "-9223372036854775808", "9223372036854775807", "9007199254740993", "null")]
    [InlineData("DOUBLE", "1.0", "0.1", "1E+308", "-0.0", "5E-324", "null")]
    [InlineData("DOUBLE", "1.5", "\"NaN\"", "\"-Infinity\"")]
    [InlineData("BOOLEAN", "true", "false", "null")]
    [InlineData("VARCHAR", "null", "null")]
    [InlineData("VARCHAR[]", "[]", "null")]
    [InlineData("VARCHAR[]", "[\"a\",null]", "[]")]
    [InlineData("BIGINT[][]", "[[1],[],null]", "[[2,3]]", "[]")]
    [InlineData("STRUCT(\"role\" VARCHAR, \"content\" VARCHAR)[]", "[{\"role\":\"user\",\"content\":\"x\"}]", "[null]", "[]", "null")]
    [InlineData("STRUCT(a BIGINT[], b STRUCT(c DOUBLE))", "{\"a\":[1,null],\"b\":{\"c\":0.5}}", "null", "{\"a\":null,\"b\":null}")]
    public void Types_fit_all_rows_and_values_come_back(string type, params string[] values)
    {
        string path = _folder["a"];
        string[] rows = [.. values.Select(value => $"{{\"x\":{value}}}")];
        DuckDb.Write(path, rows);
        Assert.Equal(type, Assert.Single(ParquetReader.Columns(path)).Type);
        Assert.Equal(rows, DuckDb.Rows(path));
    }

    [Fact]
    public void Fields_come_as_they_first_appear_and_missing_ones_are_null()
    {
        DuckDb.Write(_folder["a"], """{"b":1,"s":{"y":1}}""", """{"a":2.5,"b":2,"s":{"x":"t","y":null}}""", """{}""", """{"b":1,"b":3,"s":{}}""");
        Assert.Equal(
            [
                """{"b":1,"s":{"y":1,"x":null},"a":null}""", """{"b":2,"s":{"y":null,"x":"t"},"a":2.5}""",
                """{"b":null,"s":null,"a":null}""", """{"b":3,"s":{"y":null,"x":null},"a":null}""",
            ],
            DuckDb.Rows(_folder["a"]));
    }

    [Fact]
    public void Whole_numbers_among_others_become_doubles_and_an_empty_object_null()
    {
        DuckDb.Write(_folder["a"], """{"x":1,"y":{},"z":[NaN]}""", """{"x":2.5,"y":{},"z":[1,Infinity]}""", """{"x":NaN}""");
        Assert.Equal(
            ["""{"x":1.0,"y":null,"z":["NaN"]}""", """{"x":2.5,"y":null,"z":[1.0,"Infinity"]}""", """{"x":"NaN","y":null,"z":null}"""],
            DuckDb.Rows(_folder["a"]));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_replaced()
    {
        DuckDb.Write(_folder["a"], """{"x":"a\ud83d b\ud83d\ude00"}""");
        Assert.Equal("{\"x\":\"a\ufffd b\\uD83D\\uDE00\"}", Assert.Single(DuckDb.Rows(_folder["a"])));
    }

    [Theory]
    [InlineData("{\"x\":\"a\"}", "{\"x\":1}", "field 'x' is a whole number in row 1 and text in row 0")]
    [InlineData("{\"x\":{\"y\":[1,true]}}", "{}", "field 'x.y[]' is true or false in row 0 and a whole number in row 0")]
    [InlineData("{\"x\":[]}", "{\"x\":{}}", "field 'x' is an object in row 1 and a list in row 0")]
    [InlineData("{\"x\":9007199254740993}", "{\"x\":0.5}", "field 'x' is a number with a point in row 1 and a whole number above 9007199254740992 in row 0")]
    [InlineData("{\"x\":9223372036854775808}", "{}", "field 'x' is '9223372036854775808' in row 0, expected a whole number of 64 bits")]
    [InlineData("{\"x\":1e309}", "{}", "field 'x' is '1e309' in row 0, expected at most 1.8e308")]
    [InlineData("{\"x\":1}", "{\"X\":1}", "the fields 'x' and 'X' differ only in case")]
    [InlineData("{\"s\":{\"x\":1}}", "{\"s\":{\"X\":1}}", "the fields 'x' and 'X' in 's' differ only in case")]
    [InlineData("{\"\":1}", "{}", "a field has the name ''")]
    [InlineData("{}", "{}", "the 2 rows have no fields")]
    [InlineData("{\"x\":1}", "[1]", "row 1 is no JSON object")]
    [InlineData("{\"x\":1}", "{\"x\":", "row 1 is no JSON object")]
    public void Rows_that_fit_no_columns_are_refused_and_nothing_is_written(string first, string second, string message)
    {
        DuckDb.Need();
        _folder.Write("a", "before");
        Bad.Input(() => DuckDb.Write(_folder["a"], first, second), $"{_folder["a"]}: {message}");
        Assert.Equal("before", File.ReadAllText(_folder["a"]));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void No_rows_and_no_place_to_write_are_errors()
    {
        DuckDb.Need();
        Bad.Input(() => DuckDb.Write(_folder["a"]), "the 0 rows have no fields");
        Bad.Input(() => DuckDb.Write(_folder.Root, "{\"a\":1}"), "is a folder");
        IOException error = Assert.Throws<IOException>(() => DuckDb.Write(Path.Combine(_folder.Write("f", ""), "a"), "{\"a\":1}"));
        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_rows_with_long_lists_keep_their_order_and_length()
    {
        var random = new Random(3);
        string[] rows = [.. Enumerable.Range(0, 9000).Select(i =>
        {
            string numbers = string.Join(',', Enumerable.Range(0, random.Next(9)).Select(_ => random.Next(100)));
            string messages = string.Join(',', Enumerable.Range(0, random.Next(4)).Select(
                n => $$"""{"role":"user","content":"{{new string((char)('a' + (i % 26)), random.Next(30))}}","n":[{{n}}]}"""));
            return $$"""{"i":{{i}},"l":[{{numbers}}],"m":[{{messages}}]}""";
        })];
        DuckDb.Write(_folder["a"], rows);
        Assert.Equal(rows, DuckDb.Rows(_folder["a"]));
    }

    [Fact]
    public void Awkward_names_of_fields_stay()
    {
        const string Row = """{"a\"b":1,"a.b":2,"select":{"x'y":3,"é 漢":4},"hone_x":5,"file_row_number":6}""";
        DuckDb.Write(_folder["a"], Row);
        Assert.Equal(Row, Assert.Single(DuckDb.Rows(_folder["a"])));
        Bad.Input(() => ParquetFile.WriteSelected(_folder["a"], [0], [], _folder["b"]), "a: has a column 'file_row_number'");
    }

    [Fact]
    public void Chosen_rows_keep_their_types_and_get_columns()
    {
        const string Query = """
            SELECT i::INTEGER AS i, (i / 4)::DECIMAL(20, 3) AS d, TIMESTAMP_NS '2026-01-01 00:00:00.123456789' AS t,
                [{'role': 'user', 'n': i::UTINYINT}, NULL] AS m, MAP {'k': i} AS k, i::FLOAT AS f, 'x'::BLOB AS b, DATE '2026-01-01' AS a,
                UUID '123e4567-e89b-12d3-a456-426614174000' AS u, TIMESTAMPTZ '2026-01-01 00:00:00Z' AS z, 1 AS hone_old
            FROM range(200) t(i)
            """;
        string path = DuckDb.Copy(Query, _folder["a"], ", ROW_GROUP_SIZE 50");
        string[] all = DuckDb.Rows(path);
        long[] chosen = [150, 3, 3, 199, 0, 42];
        ParquetFile.WriteSelected(
            path, chosen,
            [
                AddedColumn.Doubles("hone_score", [0.1, double.NaN, null, -0.0, 1e308, 2]),
                AddedColumn.Longs("hone_rank", [1, 2, null, long.MaxValue, 5, 6]),
                AddedColumn.Texts("hone_selected_by", ["fuzzy", "", null, "é\"", "a long text that is not held in place", "x"]),
            ],
            _folder["b"]);
        string[] added =
        [
            "0.1,\"hone_rank\":1,\"hone_selected_by\":\"fuzzy\"}", "\"NaN\",\"hone_rank\":2,\"hone_selected_by\":\"\"}",
            "null,\"hone_rank\":null,\"hone_selected_by\":null}", "-0.0,\"hone_rank\":9223372036854775807,\"hone_selected_by\":\"é\\\"\"}",
            "1E+308,\"hone_rank\":5,\"hone_selected_by\":\"a long text that is not held in place\"}", "2.0,\"hone_rank\":6,\"hone_selected_by\":\"x\"}",
        ];
        Assert.Equal(
            chosen.Select((row, i) => all[row].Replace(",\"hone_old\":1}", $",\"hone_score\":{added[i]}", StringComparison.Ordinal)),
            DuckDb.Rows(_folder["b"]));
        Assert.Equal(
            ParquetReader.Columns(path).Where(column => column.Name != "hone_old"),
            ParquetReader.Columns(_folder["b"]).Where(column => !column.Name.StartsWith("hone_", StringComparison.Ordinal)));
        Assert.Equal(PhysicalTypes(path, 10), PhysicalTypes(_folder["b"], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParquetFile.WriteSelected(path, [200], [], _folder["c"]));
        Assert.Throws<ArgumentException>(() => ParquetFile.WriteSelected(path, [1], [AddedColumn.Longs("hone_x", [])], _folder["c"]));
        Assert.False(File.Exists(_folder["c"]));
    }

    /// <summary>What the file itself says of its first columns.</summary>
    private string[] PhysicalTypes(string path, int columns)
    {
        string copy = DuckDb.Copy(
            $"SELECT name, type, type_length, converted_type, logical_type, scale, precision FROM parquet_schema('{path}') "
            + "WHERE name NOT LIKE 'hone_%' AND name <> 'duckdb_schema'",
            _folder["schema"], allowed: path);
        string[] types = DuckDb.Rows(copy);
        Assert.True(types.Length > columns);
        return types;
    }
}
