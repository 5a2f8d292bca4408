using System.Text.RegularExpressions;

namespace Hone.Cli.Tests.Faults;

/// <summary>
/// Every call by which a command changes a file, failing once: the command ends with one line, or does without what failed; nothing
/// half-written stands for a whole file; and when it is run again, all is as if nothing had happened.
/// </summary>
public sealed class WriteFaultTests
{
    // In turn. A file that is too large is a fault of its own, for the runtime makes an error of its own of it.
    private static readonly string[] Errors = ["ENOSPC", "EIO", "ENOSPC", "EDQUOT"];
    private static readonly string[] WriteErrors = ["ENOSPC", "EIO", "EFBIG", "ENOSPC", "EDQUOT"];

    private static readonly string[] Reasons =
        ["No space left on device", "Input/output error", "I/O error", "quota exceeded", "File too large", "too large for the file system"];

    public static TheoryData<string, int> Sampled => new()
    {
        { "train", 3 }, { "resume", 2 }, { "score", 2 }, { "eval", 2 }, { "select", 1 }, { "rank", 1 }, { "report", 1 },
    };

    public static TheoryData<string> All => [.. WriteFaultCases.Names];

    [Theory]
    [MemberData(nameof(Sampled))]
    public void AFailedWriteEndsTheCommandInOneLineAndItGoesOnToTheSameBytes(string command, int faults) => Try(command, faults);

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(All))]
    public void EveryFailedWriteEndsTheCommandInOneLineAndItGoesOnToTheSameBytes(string command)
    {
        Shared.OnlyWhenLong();
        Try(command, int.MaxValue);
    }

    private static void Try(string command, int faults)
    {
        using var folder = new TempFolder();
        WriteFaultCase tried = WriteFaultCases.Of(command, folder);
        tried.Begin();
        Traced straight = Strace.Run(folder, tried.Arguments);
        straight.Ran.Done();
        tried.KeepAsStraight();
        SystemCall[] calls = straight.Calls;
        Assert.NotEmpty(calls);
        int[] order = [.. Enumerable.Range(0, calls.Length)];
        new Random(11).Shuffle(order);
        int ended = 0, passed = 0, missed = 0;
        List<string> problems = [];
        foreach (int i in order.Take(faults).Order())
        {
            string[] errors = calls[i].Name is "write" or "pwrite64" or "pwritev" or "writev" ? WriteErrors : Errors;
            var fault = new FailingCall(calls[i], errors[i % errors.Length]);
            tried.Begin();
            Traced traced = Strace.Run(folder, tried.Arguments, fault);
            SystemCall[] failed = [.. traced.Calls.Where(call => call.Injected)];
            if (failed.Length != 1 || failed[0].ToString() != fault.Call.ToString())
            {
                missed++;
                TestContext.Current.SendDiagnosticMessage($"{command}: missed {fault}: {string.Join("; ", failed.Select(f => f.ToString()))}");
                continue;
            }

            try
            {
                Check(tried, fault, traced.Ran);
                ended += traced.Ran.Code == 0 ? 0 : 1;
                passed += traced.Ran.Code == 0 ? 1 : 0;
            }
            catch (Exception error)
            {
                problems.Add($"=== {fault}: exit {traced.Ran.Code}\n{traced.Ran.Error}{error.GetType().Name} {error.Message} {(error is Xunit.Sdk.XunitException ? "" : error.StackTrace)}");
            }
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{command}: {calls.Length} writes, {ended + passed + problems.Count} failed once: {ended} ended the command in one line, {passed} did not matter, "
            + $"all but {problems.Count} then went on to the same bytes; {missed} missed");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.Equal(0, missed);
    }

    private static void Check(WriteFaultCase tried, FailingCall fault, Ran ran)
    {
        Assert.DoesNotContain(ran.ErrorLines, line => line.StartsWith("   at ", StringComparison.Ordinal));
        string[] errors = [.. ran.ErrorLines.Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
        tried.AssertNothingHalfWritten(leftovers: fault.Call.Removes);
        if (ran.Code == 0)
        {
            Assert.Empty(errors);
            tried.AssertStraight(leftovers: fault.Call.Removes);
        }
        else
        {
            Assert.Equal(1, ran.Code);
            string error = Assert.Single(errors);
            Assert.Matches(@"^error: .+ Hint: \S.+$", error);
            Assert.Equal(error, ran.ErrorLines[^1]);
            Assert.Contains(Reasons, reason => error.Contains(reason, StringComparison.Ordinal));
            Assert.Matches(fault.Call.Name == "write" ? "error: stdout: " : Regex.Escape(tried.Work), error);
        }

        if (tried.Again is { } again)
        {
            HoneProcess.Run(again).Done();
        }

        tried.AssertStraight(leftovers: fault.Call.Removes);
    }
}
