namespace Hone.Records.Tests.Parquet;

public sealed class ParquetRowsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_type_keeps_every_digit()
    {
        string path = DuckDb.Copy("""
            SELECT true AS a, 9223372036854775807 AS b, (-128)::TINYINT AS c, 18446744073709551615::UBIGINT AS d,
                0.1::DOUBLE AS e, 1e308::DOUBLE AS f, '-0.0'::DOUBLE AS g, 3::DOUBLE AS h, 0.1::FLOAT AS i,
                (-1234567890123456789012345678.90)::DECIMAL(38, 2) AS j, 0.05::DECIMAL(3, 2) AS k, 7::DECIMAL(18, 0) AS l,
                'é "q" \ 漢 😀' || chr(10) || chr(0) AS m, '\x00\xFF'::BLOB AS n, DATE '1969-12-31' AS o,
                TIME '23:59:59.5' AS p, TIMESTAMP '2026-01-31 01:02:03.000004' AS q, TIMESTAMPTZ '2026-01-31 01:02:03+01' AS r,
                TIMESTAMP_NS '1969-12-31 23:59:59.999999999' AS s, UUID '123e4567-e89b-12d3-a456-426614174000' AS t,
                NULL::INTEGER AS u, 5e-324::DOUBLE AS v, 9007199254740993 AS w, DATE '10000-01-01' AS x
            """, _folder["a"]);
        const string Expected = """
            {"a":true,"b":9223372036854775807,"c":-128,"d":18446744073709551615,"e":0.1,"f":1E+308,"g":-0.0,"h":3.0,"i":0.1,
            "j":-1234567890123456789012345678.90,"k":0.05,"l":7,"m":"é \"q\" \\ 漢 \uD83D\uDE00\n\u0000","n":"AP8=",
            "o":"1969-12-31","p":"23:59:59.5","q":"2026-01-31T01:02:03.000004","r":"2026-01-31T00:02:03Z",
            "s":"1969-12-31T23:59:59.999999999","t":"123e4567-e89b-12d3-a456-426614174000","u":null,"v":5E-324,
            "w":9007199254740993,"x":"+10000-01-01"}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Assert.Single(DuckDb.Rows(path)));
    }

    [Fact]
    public void Nested_values_and_numbers_that_are_none()
    {
        string path = DuckDb.Copy("""
            SELECT * FROM (VALUES
                ([{'a': [{'b': [1, NULL]}, NULL], 'c': 'x'}], MAP {'k': 1, 'l"': NULL}, MAP {1: 'one'}, {'n': 'NaN'::DOUBLE}),
                ([], MAP {}, NULL, NULL),
                (NULL, NULL, MAP {}, {'n': '-Infinity'::DOUBLE}),
                ([NULL, {'a': [], 'c': NULL}], NULL, NULL, {'n': NULL})) t(list, named, other, deep)
            """, _folder["a"]);
        Assert.Equal(
            [
                """{"list":[{"a":[{"b":[1,null]},null],"c":"x"}],"named":{"k":1,"l\"":null},"other":[{"key":1,"value":"one"}],"deep":{"n":"NaN"}}""",
                """{"list":[],"named":{},"other":null,"deep":null}""",
                """{"list":null,"named":null,"other":[],"deep":{"n":"-Infinity"}}""",
                """{"list":[null,{"a":[],"c":null}],"named":null,"other":null,"deep":{"n":null}}""",
            ],
            DuckDb.Rows(path));
    }

    [Fact]
    public void Rows_come_in_the_order_of_the_file()
    {
        string path = DuckDb.Copy(
            "SELECT i, repeat('x', (i % 50)::INT) AS s, [i, i + 1] AS l FROM range(300000) t(i)", _folder["a"], ", ROW_GROUP_SIZE 5000");
        int row = 0;
        foreach (string json in DuckDb.Rows(path))
        {
            Assert.Equal($$"""{"i":{{row}},"s":"{{new string('x', row % 50)}}","l":[{{row}},{{row + 1}}]}""", json);
            row++;
        }

        Assert.Equal(300_000, row);
    }
}
