using Hone.Mutation;
using Hone.Records.Logs;
using Hone.Records.Logs.Logprobs;

namespace Hone.Records.Tests.Logs;

/// <summary>Damaged files of log-probabilities beside a log.</summary>
public sealed class LogprobMutationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files()
    {
        string log = Log();
        using (LogprobWriter writer = LogprobWriter.Open(log, new LogprobHeader("base", "0123456789abcdef", LogprobSource.Reference, "hone")))
        {
            for (int row = 0; row < 3; row++)
            {
                writer.Append(new LogFile(log), row, row == 1 ? double.NaN : -row - 0.5, 2);
            }
        }

        string beside = LogprobFile.PathFor(log);
        MutationRun.Check("added log-probabilities", File.ReadAllBytes(beside), bytes =>
        {
            File.WriteAllBytes(beside, bytes);
            return RolloutLog.Read(log).MissingReference;
        }, words: ["2147483647", "4294967296", "-1", "NaN", "\"policy\""]);
    }

    [Theory]
    [InlineData("9223372036854775807", "1999999999")]
    [InlineData("9223372036854775807", "4294967297")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("-1", "0")]
    public void Numbers_that_no_file_can_have_are_refused_and_take_no_memory(string bytes, string row)
    {
        string log = Log();
        File.WriteAllText(LogprobFile.PathFor(log), $$"""
            {"form":"hone-logprobs","version":1,"model":"m","model_id":"i","source":"reference","format":"hone"}
            {"file":"log.jsonl","bytes":{{bytes}},"hash":"x"}
            {"file":"log.jsonl","row":{{row}},"mean_logprob":-1,"tokens":1}

            """);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => RolloutLog.Read(log));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
    }

    private string Log() => _folder.Write("log.jsonl", """
        {"step":1,"prompt_id":"a","prompt":"a","completion":"x","reward":1}
        {"step":1,"prompt_id":"a","prompt":"a","completion":"y","reward":0}
        {"step":2,"prompt_id":"b","prompt":"b","completion":"z","reward":0}

        """);
}
