using Hone.Records.Logs;
using Hone.Records.Tests.Logs.Importers;

namespace Hone.Records.Tests.Logs;

public sealed class RecognitionTests : IDisposable
{
    private const string Own = """{"step":1,"prompt_id":"a","reward":1,"mean_logprob":-1}""";
    private const string Verl = """{"input":"q","output":"a","gts":"4","score":1.0,"step":1}""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_two_logs_in_a_folder_one_is_read_and_the_other_named()
    {
        _folder.Write("log/1.jsonl", Verl);
        _folder.Write("log/own-1.jsonl", Own);
        RolloutLog log = LogsOf.Read(_folder["log"]);
        Assert.Equal(("verl", 1), (log.Format.Name, log.Count));
        Assert.Equal("1 other file here is Hone rollouts (JSON lines, one a completion) and was not read; --format hone reads them",
            log.Message("other_logs"));
        log = LogsOf.Read(_folder["log"], "hone");
        Assert.Equal(("hone", -1.0), (log.Format.Name, log.MeanLogprobs[0]));
    }

    [Fact]
    public void Files_beside_a_log_are_not_rows_of_it()
    {
        _folder.Write("log/step-000001.jsonl", Own);
        _folder.Write("log/metrics.jsonl", """{"step":1,"loss":2}""");
        _folder.Write("log/empty.jsonl", "");
        Assert.Single(LogsOf.Read(_folder["log"]).Files);
    }

    [Fact]
    public void A_format_that_is_not_there_or_unknown_is_an_error()
    {
        string path = _folder.Write("1.jsonl", Own);
        Bad.Input(() => LogsOf.Read(path, "verl"), "1.jsonl:1: no field 'score'; the fields are step, prompt_id, reward");
        Bad.Input(() => LogsOf.Read(path, "nemo-rl"), "1.jsonl: has no NeMo-RL training data", "leave out --format");
        Bad.Input(() => LogsOf.Read(path, "verrl"), "format 'verrl' is unknown", "did you mean verl");
    }

    [Fact]
    public void Every_format_has_a_name_of_its_own_and_says_how_it_counts()
    {
        Assert.Equal(RolloutLog.Formats.Count, RolloutLog.Formats.Distinct().Count());
        Assert.Superset(
            new HashSet<string> { "hone", "verl", "trl", "open-instruct", "nemo-rl", "prime-rl", "ms-swift", "slime", "ugcs", "csv", "parquet" },
            RolloutLog.Formats.ToHashSet());
    }

    [Fact]
    public void A_half_last_line_of_rows_and_of_our_own_is_left_out()
    {
        const string Row = """{"at":1,"prompt_id":"a","reward":1,"mean_logprob":-1}""";
        RolloutLog log = LogsOf.Read(_folder.Write("a.jsonl", $"{Row}\n{Row[..20]}"), fields: ["step=at"]);
        Assert.Equal(("json-lines", 1), (log.Format.Name, log.Count));
        Assert.Contains("half_line", log.Ids());
        Bad.Input(() => LogsOf.Read(_folder.Write("a.jsonl", $"{Row}\n{Row[..20]}\n"), fields: ["step=at"]), "a.jsonl:2: the line is cut off");
        log = LogsOf.Read(_folder.Write("a.jsonl", $"{Own}\n{Own[..20]}"));
        Assert.Equal(("hone", 1), (log.Format.Name, log.Count));
        Assert.Contains("a.jsonl is half written", log.Message("half_line"), StringComparison.Ordinal);
        Bad.Input(() => LogsOf.Read(_folder.Write("a.jsonl", $"{Own}\n{Own[..20]}\n")), "a.jsonl:2: the line is cut off");
        Bad.Input(() => LogsOf.Read(_folder.Write("a.jsonl", $"{Own}\n{Own[..20]}\n{Own}\n")), "a.jsonl:2: the line is cut off");
    }

    [Fact]
    public void Of_a_file_and_its_gzip_the_file_is_read()
    {
        foreach ((string name, string row) in new[] { ("log/1.jsonl", Verl), ("own/step-1.jsonl", Own) })
        {
            _folder.Write(name, row);
            _folder.WriteBytes(name + ".gz", TempFolder.Gzip(row));
        }

        _folder.WriteBytes("log/2.jsonl.gz", TempFolder.Gzip(Verl.Replace("\"step\":1", "\"step\":2", StringComparison.Ordinal)));
        RolloutLog log = LogsOf.Read(_folder["log"]);
        Assert.Equal([1, 2], log.Steps.ToArray());
        Assert.Contains("1 of 2 files", log.Message("gzip_copies"), StringComparison.Ordinal);
        Assert.Equal(1, LogsOf.Read(_folder["own"]).Count);
        Assert.Equal(1, LogsOf.Read(_folder["own"], "json-lines").Count);
        Assert.DoesNotContain("gzip_copies", LogsOf.Read(_folder["own/step-1.jsonl"]).Ids());
    }
}
