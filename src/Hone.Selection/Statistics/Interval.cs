namespace Hone.Selection;

/// <summary>A closed interval, in the unit of what it bounds.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end, at least <paramref name="Low"/>.</param>
public readonly record struct Interval(double Low, double High);
