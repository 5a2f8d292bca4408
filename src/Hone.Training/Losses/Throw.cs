using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace Hone.Training.Losses;

/// <summary>Argument checks that name the element at fault.</summary>
[StackTraceHidden]
internal static class Throw
{
    internal static void IfAnyNotFinite<T>(ReadOnlySpan<T> values, string name)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Value {i} is {values[i]}, expected a finite number."),
                    name);
            }
        }
    }

    internal static void IfLengthsDiffer(int expected, int actual, string name)
    {
        if (expected != actual)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{actual} values, expected {expected}."), name);
        }
    }

    internal static void IfNotStarts(ReadOnlySpan<int> starts)
    {
        if (starts.IsEmpty || starts[0] != 0)
        {
            throw new ArgumentException("Sequence starts must begin with 0.", nameof(starts));
        }

        for (int i = 1; i < starts.Length; i++)
        {
            if (starts[i] < starts[i - 1])
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Start {i} is {starts[i]}, expected at least the one before it, {starts[i - 1]}."),
                    nameof(starts));
            }
        }
    }

    internal static void IfLargerThan(UpdateSize part, UpdateSize whole)
    {
        if (part.Tokens > whole.Tokens || part.Sequences > whole.Sequences)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The whole update has {whole.Tokens} tokens in {whole.Sequences} sequences, this part of it "
                    + $"{part.Tokens} in {part.Sequences}."),
                nameof(whole));
        }
    }
}
