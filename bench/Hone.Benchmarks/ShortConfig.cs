using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace Hone.Benchmarks;

/// <summary>How the kernels are measured: in this process, about a second each, with a rate beside the time.</summary>
internal static class ShortConfig
{
    /// <summary>The configuration; its files go to artifacts/benchmarks, beside artifacts/bin.</summary>
    public static IConfig Create() => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithUnrollFactor(1)
            .WithMinInvokeCount(1)
            .WithWarmupCount(6) // until the optimised code has replaced the first
            .WithIterationCount(7)
            .WithIterationTime(TimeInterval.FromMilliseconds(60))
            .WithEvaluateOverhead(false))
        .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params)
        .AddColumn(StatisticColumn.Mean, StatisticColumn.Median, StatisticColumn.StdDev)
        .AddColumn(new RateColumn(WorkUnit.Operations), new RateColumn(WorkUnit.Bytes))
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(MarkdownExporter.GitHub)
        .AddAnalyser(EnvironmentAnalyser.Default)
        .AddValidator(JitOptimizationsValidator.FailOnError)
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40))
        .WithArtifactsPath(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "benchmarks")));
}
