using System.Globalization;
using System.Runtime.InteropServices;
using Hone.Engine.Kernels;

namespace Hone.Cli;

/// <summary>The machine in a line: what a figure was measured on.</summary>
internal static class Machine
{
    /// <summary>Processor, kernel path, threads, memory, runtime.</summary>
    public static string Line(Kernels kernels) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, kernels {kernels.Path.Name()}, threads {kernels.Threads} of {Environment.ProcessorCount}, "
        + $"memory {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30):F0} GiB, "
        + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");

    /// <summary>The processor's own name, or its architecture where the system does not tell.</summary>
    public static string Processor
    {
        get
        {
            const string File = "/proc/cpuinfo";
            string? name = System.IO.File.Exists(File)
                ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                : null;
            return name is null ? RuntimeInformation.ProcessArchitecture.ToString() : name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
    }
}
