using System.Diagnostics;
using System.Globalization;

namespace Hone.Selection;

/// <summary>Argument checks that name the element at fault.</summary>
[StackTraceHidden]
internal static class Throw
{
    public static void IfAnyNotFinite(ReadOnlySpan<double> values, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Value {i} is {values[i]}, expected a finite number."),
                    name);
            }
        }
    }

    public static void IfLengthsDiffer(int expected, int actual, string name)
    {
        if (expected != actual)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{actual} values, expected {expected}."), name);
        }
    }
}
