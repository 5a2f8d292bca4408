using System.Globalization;
using Hone.Mutation;

namespace Hone.Records.Tests.Parquet;

/// <summary>Damaged Parquet files of many kinds: DuckDB must refuse them or read them, not end the process.</summary>
public sealed class ParquetMutationTests : IDisposable
{
    private const long MostBytes = 1L << 30;
    private const string Plain =
        "SELECT i * 3 AS step, 'prompt ' || (i % 9) AS prompt, 'unique answer ' || (i * 7919) AS answer, i / 8::DOUBLE AS reward, "
        + "(i % 3 = 0) AS correct, CASE WHEN i % 5 = 0 THEN NULL ELSE i % 7 END AS sample FROM range(150) t(i)";

    private const string Nested =
        "SELECT [{'role': 'user', 'content': 'row ' || i, 'n': [i, NULL]}] AS prompt, {'index': i, 'x': i / 8} AS extra_info, "
        + "list_transform(range(i % 4), v -> 'v' || v) AS l, MAP {'k': i} AS k, i::DECIMAL(12, 3) AS d, 'ab'::BLOB AS b, "
        + "TIMESTAMP '2026-01-01' + INTERVAL (i) SECOND AS t FROM range(150) t(i)";

    // Of each text a few only, so that they become dictionaries: DuckDB writes others as DELTA_LENGTH_BYTE_ARRAY.
    private const string Repeated =
        "SELECT i * i AS step, 'prompt ' || (i % 9) AS prompt, sqrt(i) AS reward, (i % 3 = 0) AS correct, "
        + "CASE WHEN i % 5 = 0 THEN NULL ELSE i * 7 END AS sample, list_transform(range(i % 4), v -> v * i) AS l FROM range(150) t(i)";

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, string> Sound => [.. Common, .. MutationRun.Long ? Rare : []];

    private static TheoryData<string, string, string> Rare => new()
    {
        { "lz4", Plain, ", COMPRESSION lz4_raw" },
        { "brotli", Plain, ", COMPRESSION brotli" },
    };

    private static TheoryData<string, string, string> Common => new()
    {
        { "plain", Plain, ", COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1" },
        { "dictionary", Plain, ", COMPRESSION uncompressed" },
        { "snappy, nested", Nested, ", COMPRESSION snappy" },
        { "uncompressed, nested", Nested, ", COMPRESSION uncompressed" },
        { "zstd", Plain, ", COMPRESSION zstd" },
        { "gzip", Plain, ", COMPRESSION gzip" },
        { "v2, delta", Repeated, ", COMPRESSION uncompressed, PARQUET_VERSION v2" },
        { "v2, delta, zstd", Repeated, ", COMPRESSION zstd, PARQUET_VERSION v2" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Sound))]
    public void Damaged_files(string kind, string query, string options)
    {
        string sound = DuckDb.Copy(query, _folder["sound"], options);
        Assert.Equal(150, DuckDb.Rows(sound).Length);
        ParquetChild.Outcome outcome = ParquetChild.Run(_folder, sound);
        if (MutationRun.Long)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Parquet ({kind}): {outcome.Parsed + outcome.Refused} cases, {outcome.Parsed} parsed, {outcome.Refused} refused, "
                + $"longest {outcome.Longest.TotalMilliseconds:F0} ms, peak {outcome.PeakBytes >> 20} MB"));
        }

        Assert.True(outcome.Wrong.Count == 0, $"{kind}:\n{string.Join('\n', outcome.Wrong.Take(8))}");
        Assert.Equal(MutationRun.Cases, outcome.Parsed + outcome.Refused);
        Assert.InRange(outcome.Refused, MutationRun.Cases / 4, MutationRun.Cases - 1);
        Assert.InRange(outcome.PeakBytes, 0, MostBytes);
    }

    /// <summary>What the other process runs; not a test by itself.</summary>
    [Fact(Explicit = true)]
    public void Child() => ParquetChild.Read();
}
