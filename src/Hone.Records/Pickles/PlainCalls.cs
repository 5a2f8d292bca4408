using System.Text;

namespace Hone.Records.Pickles;

/// <summary>Python's own containers, and the one record of slime's that is not plain.</summary>
internal static class PlainCalls
{
    internal static IEnumerable<(string Name, PickleCall Call)> All =>
    [
        ("builtins.list", (arguments, budget) => Items(PickleKind.List, arguments, budget)),
        ("builtins.tuple", (arguments, budget) => Items(PickleKind.Tuple, arguments, budget)),
        ("builtins.set", (arguments, budget) => Items(PickleKind.Set, arguments, budget)),
        ("builtins.frozenset", (arguments, budget) => Items(PickleKind.Set, arguments, budget)),
        ("builtins.dict", (arguments, budget) => Dict(arguments, 0, budget)),
        ("collections.OrderedDict", (arguments, budget) => Dict(arguments, 0, budget)),
        ("collections.Counter", (arguments, budget) => Dict(arguments, 0, budget)),
        ("collections.defaultdict", (arguments, budget) => Dict(arguments, 1, budget)),
        ("builtins.bytes", Bytes),
        ("builtins.bytearray", Bytes),
        ("_codecs.encode", Bytes),

        // Where slime keeps large tensors beside its log: path, shape and dtype. Its fields come as its state.
        ("slime.utils.tensor_store.DiskTensorRef", Record),
    ];

    internal static PickleDict NewDict(PickleBudget budget)
    {
        budget.Charge(PickleBudget.Container);
        return new PickleDict();
    }

    private static PickleValue Record(PickleList arguments, PickleBudget budget)
    {
        budget.Charge(PickleBudget.Container);
        return new PickleValue(new PickleDict { IsRecord = true });
    }

    private static PickleValue Items(PickleKind kind, PickleList arguments, PickleBudget budget)
    {
        PickleList? source = arguments.Count == 0
            ? null
            : arguments[0].List ?? throw arguments.Unfit(0, "a list");
        PickleList items = PickleList.Of(kind, [], budget);
        for (int i = 0; i < source?.Count; i++)
        {
            items.Add([source[i]], budget);
        }

        return new PickleValue(items);
    }

    private static PickleValue Dict(PickleList arguments, int skipped, PickleBudget budget)
    {
        PickleDict dict = NewDict(budget);
        if (arguments.Count > skipped)
        {
            PickleValue source = arguments[skipped];
            for (int i = 0; i < (source.Dict?.Count ?? source.List?.Count ?? 0); i++)
            {
                PickleValue pair = source.Dict is null ? source.List![i] : default;
                (PickleValue key, PickleValue value) = source.Dict is PickleDict entries
                    ? (entries.Key(i), entries.Value(i))
                    : pair.List is { Count: 2 } both
                        ? (both[0], both[1])
                        : throw arguments.Unfit(skipped, "a dict or pairs of key and value");
                dict.Add([key, value], budget);
            }
        }

        return new PickleValue(dict);
    }

    // bytes(), bytearray(bytes), bytearray(text, 'latin-1') and _codecs.encode(text, 'latin1'): Python 3's bytes in the
    // protocols of Python 2.
    private static PickleValue Bytes(PickleList arguments, PickleBudget budget)
    {
        if (arguments.Count == 0)
        {
            return new PickleValue(Array.Empty<byte>());
        }

        if (arguments[0].Reference is byte[])
        {
            return arguments[0];
        }

        string text = arguments.Text(0);
        string encoding = arguments.Text(1);
        if (encoding is not ("latin1" or "latin-1"))
        {
            throw PickleException.Damaged($"encodes text as {RecordError.Quote(encoding)}, expected latin1");
        }

        budget.Charge(32 + text.Length);
        return new PickleValue(Encoding.Latin1.GetBytes(text));
    }
}
