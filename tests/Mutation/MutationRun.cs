using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Hone.Mutation;

/// <summary>
/// Gives a parser damaged files: each must be read, or refused by the one exception for bad input with one line, within time and
/// memory. A stack that overflows ends the whole run.
/// </summary>
internal static class MutationRun
{
    /// <summary>Whether thousands of cases are tried, and figures printed.</summary>
    internal static readonly bool Long = Environment.GetEnvironmentVariable("HONE_LONG_TESTS") == "1";

    /// <summary>Cases of each sound file.</summary>
    internal static readonly int Cases = Long ? 5000 : 300;

    /// <summary>Most that a case may take; twice, so that a pause of a busy machine is not taken for one.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What a case may allocate. Reading buffers are some megabytes; the largest cases are 100 KB.</summary>
    private const long MostBytes = 512L << 20;

    /// <summary>The stack of a thread on the systems that give the least.</summary>
    private const int Stack = 1 << 20;

    internal const int Seed = 20260101;

    private const int MostShown = 8;

    /// <summary>Runs all cases and fails with the first few that went wrong.</summary>
    /// <param name="parser">Its name, for the figures.</param>
    /// <param name="sound">A file that it reads.</param>
    /// <param name="read">Reads one file; what it returns is compared where <paramref name="known"/> is given.</param>
    /// <param name="refuses">The exceptions by which it may refuse; InvalidDataException where not given.</param>
    /// <param name="known">What every file that is read at all must give: for formats with a checksum.</param>
    /// <param name="patience">Most that a case may take; two seconds where not given.</param>
    /// <param name="words">What else means something to the parser.</param>
    internal static void Check(
        string parser, byte[] sound, Func<byte[], object?> read, Func<Exception, bool>? refuses = null, object? known = null,
        TimeSpan? patience = null, params string[] words)
    {
        TimeSpan most = patience ?? Patience;
        refuses ??= error => error is InvalidDataException;
        object? value = read(sound);
        Assert.True(known is null || Equals(known, value), $"{parser}: the sound file gives {value}, expected {known}");
        int parsed = 0, refused = 0;
        TimeSpan longest = default;
        var wrong = new List<string>();
        OnSmallStack(() =>
        {
            foreach (MutationCase mutation in Mutator.Cases(sound, Cases, Seed, words))
            {
                (string? problem, bool isParsed, TimeSpan took) = Try(mutation.Bytes, read, refuses, known);
                if (took > most)
                {
                    took = Try(mutation.Bytes, read, refuses, known).Took;
                    problem ??= took > most ? $"took {took.TotalSeconds:F1} s" : null;
                }

                longest = took > longest ? took : longest;
                parsed += isParsed ? 1 : 0;
                refused += isParsed ? 0 : 1;
                if (problem is not null && wrong.Count < MostShown)
                {
                    wrong.Add($"{mutation.Kind} at {mutation.At}: {problem}\n  {Shown(mutation.Bytes, mutation.At)}");
                }
            }
        });
        if (Long)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{parser}: {parsed + refused} cases, {parsed} parsed, {refused} refused, longest {longest.TotalMilliseconds:F0} ms"));
        }

        Assert.True(wrong.Count == 0, $"{parser}:\n{string.Join('\n', wrong)}");
        Assert.True(refused > 0, $"{parser}: no case was refused, so the test says little");
    }

    /// <summary>Gives a parser one file.</summary>
    /// <returns>What went wrong, if anything did; whether the file was read, and how long that took.</returns>
    internal static (string? Problem, bool Parsed, TimeSpan Took) Try(
        byte[] file, Func<byte[], object?> read, Func<Exception, bool> refuses, object? known)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
        string? problem = null;
        bool parsed = false;
        try
        {
            object? value = read(file);
            parsed = true;
            problem = known is null || Equals(known, value) ? null : $"was read as something else: {value}";
        }
        catch (Exception error) when (refuses(error))
        {
            problem = error.Message.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 ? $"more than one plain line: {error.Message}"
                : error.Message.Length > 2000 ? $"a message of {error.Message.Length} characters"
                : null;
        }
        catch (Exception error)
        {
            problem = $"{error.GetType().Name}: {error.Message}\n{string.Join('\n', (error.StackTrace ?? "").Split('\n').Take(6))}";
        }

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return (problem ?? (bytes > MostBytes ? $"allocated {bytes >> 20} MB" : null), parsed, took);
    }

    private static void OnSmallStack(Action action)
    {
        ExceptionDispatchInfo? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception error)
            {
                failed = ExceptionDispatchInfo.Capture(error);
            }
        }, Stack);
        thread.Start();
        thread.Join();
        failed?.Throw();
    }

    // Enough of the file around the damage to write a test of it.
    private static string Shown(byte[] file, int at)
    {
        int from = Math.Max(0, Math.Min(at, file.Length) - 120);
        var text = new StringBuilder();
        foreach (byte value in file.AsSpan(from, Math.Min(300, file.Length - from)))
        {
            text.Append(value is >= 0x20 and < 0x7f ? ((char)value).ToString() : $"\\x{value:x2}");
        }

        return $"[{from}..] {text}";
    }
}
