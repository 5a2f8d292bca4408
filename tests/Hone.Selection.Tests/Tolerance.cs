namespace Hone.Selection.Tests;

/// <summary>How far results may be from what was computed by hand.</summary>
internal static class Tolerance
{
    /// <summary>Double arithmetic on a few hundred terms of size 1: their rounding stays below 1e-13.</summary>
    public const double Rounding = 1e-12;

    /// <summary>A result stored as float: half of 2^-23 relative, at size 2.</summary>
    public const double Float = 2.4e-7;

    /// <summary>Published tables print four or five digits.</summary>
    public const double Printed = 5e-5;

    /// <summary>Monte Carlo means and deviations, in units of their own standard error; seeds are fixed.</summary>
    public const double StandardErrors = 4.0;
}
