using System.Globalization;

namespace Hone.Report;

/// <summary>Numbers as a page shows them; a dash for what is not known.</summary>
internal static class NumberText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Three decimals: scores, rewards, shares.</summary>
    public static string Score(double? value) => value is double known && double.IsFinite(known) ? known.ToString("F3", Invariant) : "-";

    /// <summary>A probability in whole percent; what rounds to none or all, but is not, says so.</summary>
    public static string Percent(double? share) => share switch
    {
        null or double.NaN => "-",
        > 0 and < 0.005 => "under 1\u00A0%",
        > 0.995 and < 1 => "over 99\u00A0%",
        double known => (known * 100).ToString("F0", Invariant) + "\u00A0%",
    };

    /// <summary>Four significant digits, of any size.</summary>
    public static string Plain(double? value) =>
        value is double known && double.IsFinite(known) ? known.ToString("G4", Invariant) : "-";

    /// <summary>Thousands apart.</summary>
    public static string Count(long count) => count.ToString("N0", Invariant);

    /// <summary>A whole number as it is written in commands.</summary>
    public static string Whole(long number) => number.ToString(Invariant);

    /// <summary>A step that was picked, and how many share its value.</summary>
    public static string Pick(int? step, int tied) =>
        step is not int picked ? "-" : tied > 1 ? $"{Whole(picked)} ({Whole(tied)} tied)" : Whole(picked);

    /// <summary>Two ends.</summary>
    public static string Interval(double? low, double? high) => low is null || high is null ? "-" : $"{Score(low)} to {Score(high)}";

    /// <summary>A noun with its number.</summary>
    public static string Of(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>What a chart needs of a number: five significant digits; null for what is not finite.</summary>
    public static double? ForChart(double? value) => value is double known && double.IsFinite(known)
        ? double.Parse(known.ToString("G5", Invariant), Invariant) : null;
}
