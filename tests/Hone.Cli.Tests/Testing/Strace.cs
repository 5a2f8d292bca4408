using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Hone.Cli.Tests;

/// <summary>
/// Runs the program under strace, which shows its calls to the system and can let one of them fail. Only on Linux, where strace
/// is there and may trace; elsewhere the test is skipped.
/// </summary>
internal static partial class Strace
{
    private const string Program = "/usr/bin/strace";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    // All by which a file or a folder is made, changed, renamed or removed. The openings that only read are left out later.
    private const string Calls =
        "openat,open,creat,write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,mkdir,"
        + "mkdirat,unlink,unlinkat,rmdir,symlink,symlinkat,link,linkat,copy_file_range,sendfile,fchmod";

    /// <summary>Runs a command line; its stdout and stderr go to files, so that writing those can fail too.</summary>
    /// <param name="folder">Where the list of calls and these files are kept; calls that name nothing in it are left out.</param>
    /// <param name="arguments">Of hone.</param>
    /// <param name="fault">The call that fails; null for none.</param>
    internal static Traced Run(TempFolder folder, string[] arguments, FailingCall? fault = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Program), "needs strace, which shows the calls to the system");
        string calls = folder["calls"], output = folder["stdout"], errors = folder["stderr"];
        string[] inject = fault is null ? [] : ["-e", $"inject={fault.Call.Name}:error={fault.Error}:when={fault.Call.Number}"];
        string[] strace = [Program, "-f", "--seccomp-bpf", "-y", "-s", "0", "-e", $"trace={Calls}", .. inject, "-o", calls];
        var start = new ProcessStartInfo("sh", [
            "-c", "out=$0 err=$1; shift; exec \"$@\" > \"$out\" 2> \"$err\"", output, errors,
            .. strace, "dotnet", Path.Combine(AppContext.BaseDirectory, "hone.dll"), .. arguments,
        ]);

        // Else the runtime makes files of its own for debuggers.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{fault}: has not ended after {Longest.TotalMinutes} minutes");
        }

        string said = File.ReadAllText(errors);
        Assert.SkipWhen(said.Contains("PTRACE", StringComparison.OrdinalIgnoreCase), "programs cannot be traced here");
        var ran = new Ran(process.ExitCode, File.ReadAllText(output), said);
        return new Traced(ran, [.. Read(File.ReadLines(calls), folder.Root)]);
    }

    private static List<SystemCall> Read(IEnumerable<string> lines, string root)
    {
        var counts = new Dictionary<string, int>();
        var open = new Dictionary<string, SystemCall>();
        List<SystemCall> calls = [];
        foreach (string line in lines)
        {
            // A call that another thread's came into the middle of has its result on a later line.
            if (Resumed().Match(line) is { Success: true } resumed)
            {
                SystemCall begun = open[resumed.Groups["thread"].Value];
                Add(begun with { Result = resumed.Groups["result"].Value });
            }
            else if (Begun().Match(line) is { Success: true } found)
            {
                string thread = found.Groups["thread"].Value, name = found.Groups["name"].Value;
                string rest = found.Groups["rest"].Value;
                int number = counts[thread + name] = counts.GetValueOrDefault(thread + name) + 1;
                int end = rest.LastIndexOf(") = ", StringComparison.Ordinal);
                string given = end < 0 ? rest.Split(" <unfinished")[0].TrimEnd(')') : rest[..end];
                var call = new SystemCall(name, number, given, end < 0 ? "" : rest[(end + 4)..], root);
                open[thread] = call;
                if (end >= 0)
                {
                    Add(call);
                }
            }
        }

        return calls;

        void Add(SystemCall call)
        {
            if (call.Injected || call.ChangesFiles)
            {
                calls.Add(call);
            }
        }
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(?<name>\w+)\((?<rest>.*)$")]
    private static partial Regex Begun();

    [GeneratedRegex(@"^(?<thread>\d+) +<\.\.\. \w+ resumed>.*\) += (?<result>.*)$")]
    private static partial Regex Resumed();
}

/// <summary>What a traced command line left behind, with its calls that changed files, in their order.</summary>
internal sealed record Traced(Ran Ran, SystemCall[] Calls);

/// <summary>A call to the system that is made to fail.</summary>
internal sealed record FailingCall(SystemCall Call, string Error)
{
    public override string ToString() => $"{Error} of {Call}";
}

/// <summary>A call to the system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">The how manieth of that name it is in its thread, from 1; by that strace lets it fail.</param>
/// <param name="Arguments">As strace writes them.</param>
/// <param name="Result">What it returned.</param>
/// <param name="Root">The test's folder.</param>
internal sealed partial record SystemCall(string Name, int Number, string Arguments, string Result, string Root)
{
    /// <summary>Whether it was made to fail.</summary>
    internal bool Injected => Result.EndsWith("(INJECTED)", StringComparison.Ordinal);

    /// <summary>Whether it names something in the test's folder.</summary>
    internal bool IsInFolder => Arguments.Contains(Root, StringComparison.Ordinal);

    /// <summary>Whether it changed something in the test's folder.</summary>
    internal bool ChangesFiles => IsInFolder && !Result.StartsWith('-')
        && (Name is not ("open" or "openat") || Writing().IsMatch(Arguments));

    /// <summary>Whether it takes something away, which then stays where it fails.</summary>
    internal bool Removes => Name is "unlink" or "unlinkat" or "rmdir";

    /// <summary>The call without what differs from run to run: numbers of files and processes, parts of temporary
    /// names.</summary>
    public override string ToString() =>
        $"{Name}({Varying().Replace(Arguments.Replace(Root + "/", "", StringComparison.Ordinal), "*")})";

    [GeneratedRegex("O_CREAT|O_WRONLY|O_RDWR")]
    private static partial Regex Writing();

    [GeneratedRegex(@"\b[0-9a-f]{32}\b|(?<=\.tmp-)\d+-\d+|AT_FDCWD<[^>]*>|(?<=^)\d+(?=<)|\""\""\.\.\.")]
    private static partial Regex Varying();
}
