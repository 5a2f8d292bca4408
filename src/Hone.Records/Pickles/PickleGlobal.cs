namespace Hone.Records.Pickles;

/// <summary>What a call of a known function gives: the arguments are a tuple.</summary>
internal delegate PickleValue PickleCall(PickleList arguments, PickleBudget budget);

/// <summary>A Python class or function that a pickle may name. Calling one runs code of ours alone.</summary>
/// <param name="name">Its module and name.</param>
/// <param name="call">What it gives; null for one that may be named, but not called.</param>
/// <param name="storage">Type of the elements, for a class of torch storages.</param>
internal sealed class PickleGlobal(string name, PickleCall? call = null, TensorType? storage = null)
{
    internal TensorType? Storage => storage;

    public override string ToString() => name;

    internal PickleValue Call(PickleValue arguments, PickleBudget budget)
    {
        if (call is null)
        {
            throw PickleException.Damaged($"calls '{name}', expected it as a type alone");
        }

        return arguments.List is { Kind: PickleKind.Tuple } tuple
            ? call(tuple, budget)
            : throw PickleException.Damaged($"calls '{name}' with {arguments.Description}, expected a tuple");
    }
}

/// <summary>Reads arguments of such calls.</summary>
internal static class PickleArguments
{
    internal static PickleValue At(this PickleList arguments, int index) => index < arguments.Count
        ? arguments[index]
        : throw PickleException.Damaged($"calls a function with {arguments.Count} arguments, expected more");

    internal static string Text(this PickleList arguments, int index) => arguments.At(index).Text
        ?? throw Unfit(arguments, index, "text");

    internal static long Integer(this PickleList arguments, int index) =>
        arguments.At(index).TryGetInteger(out long value) ? value : throw Unfit(arguments, index, "a whole number");

    /// <summary>A tuple of whole numbers, copied. It is short unless the file is hostile, which the budget sees.</summary>
    internal static long[] Integers(this PickleList arguments, int index, PickleBudget budget)
    {
        if (arguments.At(index).List is not PickleList list || !list.TryGetIntegers(out ReadOnlySpan<long> values))
        {
            throw Unfit(arguments, index, "a tuple of whole numbers");
        }

        budget.Charge(PickleBudget.Container + (8L * values.Length));
        return values.ToArray();
    }

    internal static T Internal<T>(this PickleList arguments, int index, string expected)
        where T : class =>
        arguments.At(index).Reference as T ?? throw Unfit(arguments, index, expected);

    internal static PickleException Unfit(this PickleList arguments, int index, string expected) =>
        PickleException.Damaged($"passes {arguments.At(index).Description} as argument {index + 1}, expected {expected}");
}
