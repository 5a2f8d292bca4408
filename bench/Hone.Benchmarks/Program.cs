using System.Globalization;
using BenchmarkDotNet.Running;
using Hone.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmark).Assembly).Run(args, ShortConfig.Create());
