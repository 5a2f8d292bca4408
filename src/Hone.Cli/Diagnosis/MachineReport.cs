using System.Runtime.InteropServices;
using Hone.Cli.Benchmarks;
using Hone.Cli.Output;
using Hone.Engine.Kernels;
using Hone.Records.Parquet;

namespace Hone.Cli.Diagnosis;

/// <summary>What this machine offers.</summary>
internal static class MachineReport
{
    /// <summary>Processor, kernels, memory, runtime, disk; the registers' speed is measured.</summary>
    public static IReadOnlyList<Fact> Of(Kernels kernels, TimeProvider time)
    {
        double peak = new BenchmarkRunner(kernels, time).Peak();
        long memory = MachineMemory.Available();
        string best = KernelPaths.Best.Name(), path = kernels.Path.Name();
        return
        [
            new("processor", Machine.Processor),
            new("kernels", path == best ? $"{path}, the widest here" : $"{path}, forced by {KernelPaths.Variable}; the widest here is {best}", path),
            Fact.Of("threads", $"{kernels.Threads} of {Environment.ProcessorCount}", kernels.Threads),
            Fact.Of("register peak", $"{peak:F0} GFLOP/s on all threads, float multiply-adds", peak),
            new("memory", ByteText.Of(memory), memory),
            new("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
            Disk(Environment.CurrentDirectory),
            Parquet(),
        ];
    }

    private static Fact Parquet()
    {
        try
        {
            string version = ParquetLibrary.Load();
            return new Fact("parquet", $"DuckDB {version}, {ParquetLibrary.Find() ?? "the system's own"}", version);
        }
        catch (InvalidDataException error)
        {
            return new Fact("parquet", error.Message);
        }
    }

    private static Fact Disk(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return new Fact(
                "disk", $"{ByteText.Of(drive.AvailableFreeSpace)} free of {ByteText.Of(drive.TotalSize)} at {folder}",
                drive.AvailableFreeSpace);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Fact("disk", $"unknown at {folder}");
        }
    }
}
