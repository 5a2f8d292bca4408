using System.Globalization;

namespace Hone.Cli.Output;

/// <summary>
/// How far long work is, on stderr: a line that is written over on a terminal, a new line every few seconds elsewhere.
/// </summary>
internal sealed class ProgressLine
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(5);
    private readonly TextWriter _output;
    private readonly bool _terminal;
    private readonly bool _quiet;
    private readonly TimeProvider _time;
    private readonly string _what;
    private readonly string _unit;
    private readonly long _start;
    private long _lastShown;
    private int _lastWidth;

    /// <summary>Begins to report.</summary>
    /// <param name="context">Where to write and whether to.</param>
    /// <param name="what">The work: "scoring".</param>
    /// <param name="unit">What is counted: "prompts".</param>
    public ProgressLine(CommandContext context, string what, string unit)
    {
        _output = context.Progress;
        _terminal = context.ErrorIsTerminal;
        _quiet = context.Quiet;
        _time = context.Time;
        _what = what;
        _unit = unit;
        _start = _time.GetTimestamp();
        _lastShown = _start;
    }

    /// <summary>Seconds since the beginning.</summary>
    public double Seconds => _time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Shows that <paramref name="done"/> of <paramref name="total"/> is done, if it is time to.</summary>
    public void Show(long done, long total, string detail = "")
    {
        if (_quiet || (done < total && _time.GetElapsedTime(_lastShown) < (_terminal ? OnTerminal : Elsewhere)))
        {
            return;
        }

        // Work that ends before the first report needs none.
        if (!_terminal && done >= total && Seconds < Elsewhere.TotalSeconds)
        {
            return;
        }

        _lastShown = _time.GetTimestamp();
        double rate = done / Math.Max(Seconds, 1e-9);
        string eta = done > 0 && done < total ? $", {Duration((total - done) / rate)} left" : "";
        string line = TerminalText.Clean(string.Create(
            CultureInfo.InvariantCulture,
            $"{_what} {Bar(done, total)}{done:N0}/{total:N0} {_unit}, {Rate(rate)} {_unit}/s{eta}{(detail.Length > 0 ? " | " + detail : "")}"));
        if (_terminal)
        {
            _output.Write("\r" + line.PadRight(_lastWidth) + (done >= total ? Environment.NewLine : ""));
            _lastWidth = done >= total ? 0 : line.Length;
        }
        else
        {
            _output.WriteLine(line);
        }

        _output.Flush();
    }

    /// <summary>Takes the line off a terminal, before something else is said; the next report writes it again.</summary>
    public void Clear()
    {
        if (_terminal && _lastWidth > 0)
        {
            _output.Write("\r" + new string(' ', _lastWidth) + "\r");
            _lastWidth = 0;
        }
    }

    /// <summary>A length of time as people say it: 42 s, 3:07 min, 2:15 h.</summary>
    public static string Duration(double seconds)
    {
        var span = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e8));
        return span.TotalSeconds < 100 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F0} s")
            : span.TotalMinutes < 100 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}:{span.Seconds:D2} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span.Minutes:D2} h");
    }

    private static string Rate(double rate) =>
        rate.ToString(rate < 10 ? "F2" : rate < 100 ? "F1" : "N0", CultureInfo.InvariantCulture);

    private string Bar(long done, long total)
    {
        if (!_terminal)
        {
            return "";
        }

        const int Cells = 20;
        int full = total == 0 ? Cells : (int)(done * Cells / total);
        return $"[{new string('#', full)}{new string('.', Cells - full)}] ";
    }
}
