using System.Globalization;

namespace Hone.Cli;

/// <summary>How much memory this process may take.</summary>
internal static class MachineMemory
{
    /// <summary>
    /// Bytes that this process has or can still get: on Linux what is free by the kernel's own estimate and by the limit of
    /// the container, elsewhere what the runtime reports.
    /// </summary>
    public static long Available()
    {
        if (!OperatingSystem.IsLinux())
        {
            return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        }

        long free = FreeOfMachine(Read("/proc/meminfo")) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        long? container = FreeOfContainer(Read("/sys/fs/cgroup/memory.max"), Read("/sys/fs/cgroup/memory.current"), Read("/sys/fs/cgroup/memory.stat"));
        return Math.Min(free, container ?? long.MaxValue) + Environment.WorkingSet;
    }

    /// <summary>The line `MemAvailable` of /proc/meminfo, in bytes.</summary>
    internal static long? FreeOfMachine(string? meminfo) =>
        Field(meminfo, "MemAvailable:") is { } kibibytes ? kibibytes * 1024 : null;

    /// <summary>
    /// What a control group (version 2) leaves: its limit without what is in use, of which cached file pages can be given up.
    /// </summary>
    internal static long? FreeOfContainer(string? limit, string? current, string? statistics)
    {
        if (!long.TryParse(limit, CultureInfo.InvariantCulture, out long most)
            || !long.TryParse(current, CultureInfo.InvariantCulture, out long used))
        {
            return null; // "max", or no such file: no limit
        }

        return Math.Max(0, most - used + (Field(statistics, "inactive_file") ?? 0));
    }

    private static long? Field(string? text, string name)
    {
        foreach (string line in text?.Split('\n') ?? [])
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[0] == name && long.TryParse(words[1], CultureInfo.InvariantCulture, out long value))
            {
                return value;
            }
        }

        return null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
