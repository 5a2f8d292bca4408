using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Hone.Benchmarks;

/// <summary>GFLOP/s or GB/s: the work of one call over its median time.</summary>
internal sealed class RateColumn(WorkUnit unit) : IColumn
{
    /// <inheritdoc/>
    public string Id => nameof(RateColumn) + unit;

    /// <inheritdoc/>
    public string ColumnName => unit == WorkUnit.Operations ? "GFLOP/s" : "GB/s";

    /// <inheritdoc/>
    public string Legend => unit == WorkUnit.Operations
        ? "10^9 floating-point operations a second at the median time"
        : "10^9 bytes read and written a second at the median time";

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Custom;

    /// <inheritdoc/>
    public int PriorityInCategory => (int)unit;

    /// <inheritdoc/>
    public bool IsNumeric => true;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) =>
        summary.BenchmarksCases.Any(benchmark => WorkOf(benchmark).Unit == unit);

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, summary.Style);

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        Work work = WorkOf(benchmarkCase);
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median; // 10^9 a second is 1 a nanosecond
        return work.Unit == unit && nanoseconds > 0
            ? (work.Amount / nanoseconds.Value).ToString("F1", CultureInfo.InvariantCulture)
            : "-";
    }

    private static Work WorkOf(BenchmarkCase benchmarkCase)
    {
        var benchmark = (KernelBenchmark)Activator.CreateInstance(benchmarkCase.Descriptor.Type)!;
        foreach (ParameterInstance parameter in benchmarkCase.Parameters.Items)
        {
            benchmarkCase.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(benchmark, parameter.Value);
        }

        return benchmark.WorkOf(benchmarkCase.Descriptor.WorkloadMethod.Name);
    }
}
