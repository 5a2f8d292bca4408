using Hone.Records.Logs;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Tests.Logs;

/// <summary>Log-probabilities beside a log: written, joined, continued, and refused where they do not belong to it.</summary>
public sealed class LogprobFileTests : IDisposable
{
    private static readonly LogprobHeader Base = new("base", "0123456789abcdef", LogprobSource.Reference, "verl");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reading_joins_them_by_file_and_row()
    {
        Log("v/9.jsonl", ("a", 0.0), ("b", 1.0));
        Log("v/10.jsonl", ("a", 1.0));
        Assert.False(RolloutLog.Read(_folder["v"]).HasReference);
        Write("v", Base, ("9.jsonl", 1, -0.25), ("10.jsonl", 0, -0.5), ("9.jsonl", 0, -1.0 / 3));
        RolloutLog log = RolloutLog.Read(_folder["v"]);
        Assert.Equal([-1.0 / 3, -0.25, -0.5], log.RefMeanLogprobs.ToArray());
        Assert.Equal(3, log.MissingLogprobs);
        Assert.Equal(0, log.MissingReference);
        LogFinding finding = Assert.Single(log.Findings, finding => finding.Id == "added_logprobs");
        Assert.Contains("of 3 completions are those of base", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Those_of_the_policy_fill_what_the_log_has_not()
    {
        _folder.Write("log.jsonl", """
            {"step":1,"prompt_id":"a","prompt":"a","completion":"x","reward":1,"mean_logprob":-7}
            {"step":1,"prompt_id":"a","prompt":"a","completion":"y","reward":0}
            {"step":1,"prompt_id":"a","prompt":"a","completion":"z","reward":null}
            {"step":1,"prompt_id":"a","prompt":"a","completion":"","reward":0}
            """);
        Write("log.jsonl", Base with { Source = LogprobSource.Policy, Format = "hone" }, ("log.jsonl", 1, -2), ("log.jsonl", 2, -3), ("log.jsonl", 3, double.NaN));
        Assert.True(File.Exists(_folder["log.jsonl.hone-logprobs.jsonl"]));
        RolloutLog log = RolloutLog.Read(_folder["log.jsonl"]);
        Assert.Equal([-7, -2, double.NaN], log.MeanLogprobs.ToArray());
        Assert.False(log.HasReference);
        Assert.Contains(log.Findings, finding => finding.Id == "added_logprobs_missing" && finding.Message.StartsWith("1 completions", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_was_cut_goes_on_and_new_steps_are_unknown()
    {
        Log("v/1.jsonl", ("a", 0.0), ("b", 1.0));
        string path = Write("v", Base, ("1.jsonl", 0, -1), ("1.jsonl", 1, -2));
        byte[] whole = File.ReadAllBytes(path);
        for (int cut = 0; cut < whole.Length; cut++)
        {
            File.WriteAllBytes(path, whole[..cut]);
            Write("v", Base, ("1.jsonl", 0, -1), ("1.jsonl", 1, -2));
            Assert.Equal([-1, -2], RolloutLog.Read(_folder["v"]).RefMeanLogprobs.ToArray());
        }

        Log("v/1.jsonl", ("a", 0.0), ("b", 1.0), ("c", 1.0));
        Log("v/2.jsonl", ("a", 0.0));
        Assert.Equal([-1, -2, double.NaN, double.NaN], RolloutLog.Read(_folder["v"]).RefMeanLogprobs.ToArray());
        Write("v", Base, ("1.jsonl", 2, -3), ("2.jsonl", 0, -4));
        Assert.Equal([-1, -2, -3, -4], RolloutLog.Read(_folder["v"]).RefMeanLogprobs.ToArray());
    }

    [Fact]
    public void A_log_that_changed_is_refused()
    {
        Log("v/1.jsonl", ("a", 0.0), ("b", 1.0));
        Write("v", Base, ("1.jsonl", 0, -1), ("1.jsonl", 1, -2));
        Log("v/1.jsonl", ("x", 0.0), ("b", 1.0));
        Bad.Input(() => RolloutLog.Read(_folder["v"]), "hone-logprobs.jsonl", "1.jsonl has changed since", "score --rollouts again");
        using (LogprobWriter writer = LogprobWriter.Open(_folder["v"], Base))
        {
            Bad.Input(() => writer.RequireSame(new LogFile(_folder["v/1.jsonl"])), "has changed since");
        }

        Log("v/1.jsonl", ("a", 0.0));
        Bad.Input(() => RolloutLog.Read(_folder["v"]), "has changed since");
    }

    [Fact]
    public void Models_and_meanings_do_not_mix()
    {
        Log("v/1.jsonl", ("a", 0.0));
        Write("v", Base, ("1.jsonl", 0, -1));
        Bad.Input(
            () => LogprobWriter.Open(_folder["v"], new LogprobHeader("other", "ffff", LogprobSource.Reference, "verl")),
            "holds reference log-probabilities of base (id 0123456789ab), this is other (id ffff)", "score with the same model");
        Bad.Input(() => LogprobWriter.Open(_folder["v"], Base with { Source = LogprobSource.Policy }), "one meaning a file", "--as reference");
        LogprobWriter.Open(_folder["v"], Base with { Model = "./base" }).Dispose();
        Bad.Input(() => LogprobWriter.Open(_folder["v"], Base with { Format = "csv" }), "rows counted as format verl, the log is read as csv");
        Bad.Input(() => RolloutLog.Read(_folder["v"], new LogOptions { Format = "json-lines", Fields = FieldMap.ForRollouts(["prompt_id=input", "reward=score"]) }),
            "rows counted as format verl, the log is read as json-lines", "say --format verl");
    }

    [Theory]
    [InlineData("""{"step":1,"prompt_id":"a","reward":1}""", 1, "is not the first line of Hone's log-probabilities")]
    [InlineData("""{"form":"hone-logprobs","version":2,"model":"m","model_id":"i","source":"reference","format":"verl"}""", 1, "is of version 2, expected 1")]
    [InlineData("""{"form":"hone-logprobs","version":1,"model":"m","model_id":"i","source":"oracle"}""", 1, "is not the first line")]
    [InlineData("""{"file":"1.jsonl","row":0,"mean_logprob":-1}""", 2, "is no line of Hone's log-probabilities")]
    [InlineData("""{"file":"1.jsonl","row":2000000000,"mean_logprob":-1}""", 3, "is no line of Hone's log-probabilities")]
    [InlineData("""{"file":"1.jsonl","row":-1,"mean_logprob":-1}""", 3, "is no line of Hone's log-probabilities")]
    [InlineData("""{"file":"1.jsonl","row":0,"mean_logprob":"-1"}""", 3, "is no line of Hone's log-probabilities")]
    [InlineData("""{"file":"1.jsonl","row":0,"mean_lo""", 3, "the line is cut off")]
    [InlineData("[1]", 3, "expected a JSON object")]
    public void What_is_no_file_of_ours_is_refused_by_line(string line, int number, string problem)
    {
        Log("v/1.jsonl", ("a", 0.0));
        string[] lines = File.ReadAllLines(Write("v", Base, ("1.jsonl", 0, -1)));
        _folder.Write("v/hone-logprobs.jsonl", string.Join('\n', [.. lines[..(number - 1)], line, .. lines[(number - 1)..]]) + "\n");
        Bad.Input(() => RolloutLog.Read(_folder["v"]), $"hone-logprobs.jsonl:{number}", problem);
    }

    [Fact]
    public void More_rows_than_the_log_has_are_refused()
    {
        Log("v/1.jsonl", ("a", 0.0));
        Write("v", Base, ("1.jsonl", 0, -1), ("1.jsonl", 5, -1));
        Bad.Input(() => RolloutLog.Read(_folder["v"]), "holds 6 completions", "which is read as 1");
    }

    private void Log(string name, params (string Input, double Score)[] rows) => _folder.Write(name, string.Concat(rows.Select(row =>
        FormattableString.Invariant($$"""{"input":"{{row.Input}}","output":"o","score":{{row.Score}},"step":1}""") + "\n")));

    private string Write(string log, LogprobHeader header, params (string File, int Row, double Value)[] lines)
    {
        using LogprobWriter writer = LogprobWriter.Open(_folder[log], header);
        foreach ((string name, int row, double value) in lines)
        {
            var file = new LogFile(Directory.Exists(_folder[log]) ? Path.Combine(_folder[log], name) : _folder[name]);
            if (!writer.Knows(file, row))
            {
                writer.Append(file, row, value, 1);
            }
        }

        return writer.Path;
    }
}
