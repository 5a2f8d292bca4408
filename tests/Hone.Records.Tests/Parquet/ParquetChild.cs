using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Hone.Mutation;
using Hone.Records.Parquet;

namespace Hone.Records.Tests.Parquet;

/// <summary>
/// Reads damaged files in a process of its own, this assembly once more: should DuckDB's library end it, the case is known,
/// and the rest is tried in another one.
/// </summary>
internal static class ParquetChild
{
    private const string Variable = "HONE_PARQUET_CASES";
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>What became of the cases.</summary>
    /// <param name="Parsed">How many were read.</param>
    /// <param name="Refused">How many were refused.</param>
    /// <param name="Longest">The slowest case.</param>
    /// <param name="PeakBytes">The most memory that a process held: VmHWM of Linux, 0 elsewhere.</param>
    /// <param name="Wrong">What went wrong.</param>
    internal sealed record Outcome(int Parsed, int Refused, TimeSpan Longest, long PeakBytes, IReadOnlyList<string> Wrong);

    /// <summary>Tries all cases of a sound file.</summary>
    /// <param name="folder">Where the files may lie.</param>
    /// <param name="sound">The sound file.</param>
    internal static Outcome Run(TempFolder folder, string sound)
    {
        string log = folder["log"];
        int parsed = 0, refused = 0, next = 0;
        long peak = 0;
        double longest = 0;
        List<string> wrong = [];
        while (next < MutationRun.Cases)
        {
            File.WriteAllText(log, "");
            string ending = Start($"{sound}|{next}|{log}");
            foreach (string[] line in File.ReadLines(log).Select(line => line.Split('\t')))
            {
                if (line[0] == "peak")
                {
                    peak = Math.Max(peak, long.Parse(line[1], CultureInfo.InvariantCulture));
                    continue;
                }

                next = int.Parse(line[0], CultureInfo.InvariantCulture) + 1;
                if (line.Length < 4)
                {
                    wrong.Add($"case {line[0]}: {ending}");
                    continue;
                }

                parsed += line[1] == "parsed" ? 1 : 0;
                refused += line[1] == "parsed" ? 0 : 1;
                longest = Math.Max(longest, double.Parse(line[2], CultureInfo.InvariantCulture));
                if (line[3].Length > 0)
                {
                    wrong.Add($"case {line[0]}: {line[3]}");
                }
            }

            Assert.True(new FileInfo(log).Length > 0, $"no case was tried: {ending}");
        }

        return new Outcome(parsed, refused, TimeSpan.FromMilliseconds(longest), peak, wrong);
    }

    /// <summary>The process's own part: the cases from the one on that it was told.</summary>
    internal static void Read()
    {
        string[] told = (Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException($"{Variable} is not set")).Split('|');
        string path = told[0] + ".damaged";
        int from = int.Parse(told[1], CultureInfo.InvariantCulture);
        using var log = new StreamWriter(told[2], append: true) { AutoFlush = true };
        int at = 0;
        foreach (byte[] damaged in Cases(File.ReadAllBytes(told[0])))
        {
            if (at++ < from)
            {
                continue;
            }

            log.Write(at - 1);
            File.WriteAllBytes(path, damaged);
            (string? problem, bool isParsed, TimeSpan took) = Try();
            took = took > MutationRun.Patience ? Try().Took : took;
            problem ??= took > MutationRun.Patience ? $"took {took.TotalSeconds:F1} s" : null;
            log.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"\t{(isParsed ? "parsed" : "refused")}\t{took.TotalMilliseconds}\t{problem?.ReplaceLineEndings(" ")}"));
        }

        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak\t{Peak()}"));

        (string? Problem, bool Parsed, TimeSpan Took) Try() => MutationRun.Try(
            [], _ => ParquetFile.ReadRows(path).Count(), error => error is InvalidDataException, known: null);
    }

    /// <summary>
    /// Half of the cases have their damage in the pages, half in the footer, whose length is given as it is, so that it is
    /// looked at.
    /// </summary>
    private static IEnumerable<byte[]> Cases(byte[] sound)
    {
        int footer = sound.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(sound.AsSpan()[^8..]);
        foreach (MutationCase pages in Mutator.Cases(sound[4..footer], MutationRun.Cases / 2, MutationRun.Seed))
        {
            yield return [.. "PAR1"u8, .. pages.Bytes, .. sound[footer..]];
        }

        foreach (MutationCase end in Mutator.Cases(sound[footer..^8], MutationRun.Cases - (MutationRun.Cases / 2), MutationRun.Seed))
        {
            yield return [.. sound[..footer], .. end.Bytes, .. BitConverter.GetBytes(end.Bytes.Length), .. "PAR1"u8];
        }
    }

    private static string Start(string told)
    {
        string method = $"{typeof(ParquetMutationTests).FullName}.{nameof(ParquetMutationTests.Child)}";
        var start = new ProcessStartInfo(
            "dotnet", [Path.ChangeExtension(Environment.GetCommandLineArgs()[0], ".dll"), "-method", method, "-explicit", "only"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [Variable] = told, ["DOTNET_DbgEnableMiniDump"] = "0" },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        FileInfo log = new(told.Split('|')[2]);
        long length = -1;
        var silent = Stopwatch.StartNew();
        while (!process.WaitForExit(200))
        {
            log.Refresh();
            if (log.Length != length)
            {
                length = log.Length;
                silent.Restart();
            }
            else if (silent.Elapsed > LongestSilence)
            {
                process.Kill();
                return $"hung for {LongestSilence.TotalSeconds} s";
            }
        }

        process.WaitForExit();
        return $"the process ended with {process.ExitCode}: {output.Result}{errors.Result}";
    }

    private static long Peak() => !OperatingSystem.IsLinux() ? 0 : File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10);
}
