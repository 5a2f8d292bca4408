namespace Hone.Report;

/// <summary>What a page says of a chart; `web/chart-data.ts` is the other end. Values that are not known are null.</summary>
/// <param name="Kind">line, histogram, heat or scatter.</param>
/// <param name="XName">What is to the right, with its unit.</param>
/// <param name="YName">What is upwards, with its unit.</param>
public abstract record ChartData(string Kind, string XName, string YName);

/// <summary>A vertical line, named in the legend.</summary>
/// <param name="X">Where.</param>
/// <param name="Name">What it is.</param>
public sealed record ChartMark(double X, string Name);

/// <summary>A point to find at a glance.</summary>
/// <param name="X">Where to the right.</param>
/// <param name="Y">Where upwards.</param>
/// <param name="Name">What it is.</param>
public sealed record ChartStar(double X, double Y, string Name);

/// <summary>Values over a chart's x, one for each of them.</summary>
/// <param name="Name">Another than that of the chart's other lines.</param>
/// <param name="Y">The values.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Y)
{
    /// <summary>Lower ends of a band; null for none.</summary>
    public IReadOnlyList<double?>? Low { get; init; }

    /// <summary>Upper ends of the band.</summary>
    public IReadOnlyList<double?>? High { get; init; }

    /// <summary>Whether the chart is about this line.</summary>
    public bool Main { get; init; }

    /// <summary>Whether it is points alone.</summary>
    public bool Points { get; init; }
}

/// <summary>Lines with bands.</summary>
/// <param name="XName">What is to the right.</param>
/// <param name="YName">What is upwards.</param>
/// <param name="X">Ascending.</param>
/// <param name="Series">At least one.</param>
public sealed record LineChart(string XName, string YName, IReadOnlyList<double> X, IReadOnlyList<ChartLine> Series)
    : ChartData("line", XName, YName)
{
    /// <summary>Vertical lines.</summary>
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>Single points.</summary>
    public IReadOnlyList<ChartStar> Stars { get; init; } = [];
}

/// <summary>Counts between edges; later series stand in front of earlier ones.</summary>
/// <param name="XName">What is to the right.</param>
/// <param name="YName">What is upwards.</param>
/// <param name="Edges">(bins + 1), ascending.</param>
/// <param name="Series">(bins) counts each.</param>
public sealed record HistogramChart(string XName, string YName, IReadOnlyList<double> Edges, IReadOnlyList<ChartCounts> Series)
    : ChartData("histogram", XName, YName)
{
    /// <summary>Vertical lines.</summary>
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];
}

/// <summary>Counts of a histogram.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Counts">One for each bin.</param>
public sealed record ChartCounts(string Name, IReadOnlyList<int> Counts);

/// <summary>Cells coloured by a value.</summary>
/// <param name="XName">What the columns are.</param>
/// <param name="YName">What the rows are.</param>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">Their names; the first is drawn at the bottom.</param>
/// <param name="Values">[row][column].</param>
/// <param name="Texts">What stands in the cells, in the same way.</param>
/// <param name="ValueName">What the values are.</param>
/// <param name="Framed">Cells with a frame; null for none.</param>
public sealed record HeatChart(
    string XName, string YName, IReadOnlyList<string> Columns, IReadOnlyList<string> Rows,
    IReadOnlyList<IReadOnlyList<double?>> Values, IReadOnlyList<IReadOnlyList<string>> Texts, string ValueName, ChartFrame? Framed)
    : ChartData("heat", XName, YName);

/// <summary>Cells with a frame.</summary>
/// <param name="Name">What the frame means.</param>
/// <param name="Cells">[row, column] each.</param>
public sealed record ChartFrame(string Name, IReadOnlyList<int[]> Cells);

/// <summary>Points by two numbers.</summary>
/// <param name="XName">What is to the right.</param>
/// <param name="YName">What is upwards.</param>
/// <param name="Series">Later ones are in front.</param>
public sealed record ScatterChart(string XName, string YName, IReadOnlyList<ChartPoints> Series)
    : ChartData("scatter", XName, YName)
{
    /// <summary>Vertical lines.</summary>
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];
}

/// <summary>Points of a scatter chart.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Points">[x, y] each.</param>
public sealed record ChartPoints(string Name, IReadOnlyList<double[]> Points);
