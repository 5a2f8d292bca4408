using System.Collections.Frozen;

namespace Hone.Training.Rewards.Verification;

/// <summary>Units of measure, so that "cm" and "centimeters" are one. Nothing is converted: 1 m is not 100 cm.</summary>
internal static class Units
{
    /// <summary>Unit of the dollar sign.</summary>
    internal const string Dollar = "dollar";

    /// <summary>Unit of the degree sign.</summary>
    internal const string Degree = "degree";

    private static readonly string[][] Spellings =
    [
        ["mm", "millimeter", "millimetre"], ["cm", "centimeter", "centimetre"], ["m", "meter", "metre"], ["km", "kilometer", "kilometre"],
        ["in", "inch", "inches"], ["ft", "foot", "feet"], ["yd", "yard"], ["mi", "mile"], ["mg", "milligram"], ["g", "gram"],
        ["kg", "kilogram"], ["lb", "lbs", "pound"], ["oz", "ounce"], ["ml", "milliliter", "millilitre"], ["l", "liter", "litre"],
        ["s", "sec", "second"], ["min", "minute"], ["hr", "hour", "hrs"], ["day"], ["yr", "year"], ["mph"], ["am"], ["pm"],
        ["square", "sq"], ["cubic", "cu"], [Dollar, "usd"], ["cent"], ["£"], ["€", "euro"], [Degree, "deg"], ["rad", "radian"],
        ["men", "man"], ["cow"], ["egg"], ["cup"], ["bag"], ["box", "boxes"], ["pen"], ["cat"], ["dog"], ["car"], ["bus", "buses"],
        ["way"], ["mpg"], ["kph"], ["per"], ["of"],
    ];

    private static readonly FrozenDictionary<string, string> Names = Spellings
        .SelectMany(names => names.Select(name => (name, names[0]))).ToFrozenDictionary(pair => pair.name, pair => pair.Item2);

    /// <summary>Whether a short run of letters is a word rather than a product of variables.</summary>
    internal static bool IsShortWord(string lower) =>
        lower.Length > 1 && (Names.ContainsKey(lower) || (lower.EndsWith('s') && lower.Length > 3 && Names.ContainsKey(lower[..^1])));

    /// <summary>The one spelling of a unit's word: lower case, singular, short.</summary>
    internal static string Canonical(string lower)
    {
        string singular = lower.Length > 3 && lower.EndsWith('s') && !lower.EndsWith("ss", StringComparison.Ordinal) ? lower[..^1] : lower;
        return Names.GetValueOrDefault(lower) ?? Names.GetValueOrDefault(singular) ?? singular;
    }
}
