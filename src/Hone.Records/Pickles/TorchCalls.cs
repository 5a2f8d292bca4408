using System.Globalization;

namespace Hone.Records.Pickles;

/// <summary>The bytes that tensors are views of.</summary>
internal sealed record PickleStorage(TensorType Type, byte[] Bytes);

/// <summary>Gives the bytes of a storage.</summary>
/// <param name="key">Its name in the archive.</param>
/// <param name="bytes">How many it has, at least.</param>
internal delegate byte[] StorageReader(string key, long bytes);

/// <summary>What PyTorch's torch.save puts into a pickle (torch/_utils.py, torch/serialization.py).</summary>
internal static class TorchCalls
{
    internal static readonly IReadOnlyDictionary<string, TensorType> Types = new Dictionary<string, TensorType>
    {
        ["torch.bool"] = TensorType.Bool,
        ["torch.uint8"] = TensorType.U8,
        ["torch.int8"] = TensorType.I8,
        ["torch.uint16"] = TensorType.U16,
        ["torch.int16"] = TensorType.I16,
        ["torch.uint32"] = TensorType.U32,
        ["torch.int32"] = TensorType.I32,
        ["torch.uint64"] = TensorType.U64,
        ["torch.int64"] = TensorType.I64,
        ["torch.float16"] = TensorType.F16,
        ["torch.bfloat16"] = TensorType.BF16,
        ["torch.float32"] = TensorType.F32,
        ["torch.float64"] = TensorType.F64,
    };

    internal static IEnumerable<(string Name, TensorType Type)> Storages =>
    [
        ("torch.BoolStorage", TensorType.Bool),
        ("torch.ByteStorage", TensorType.U8),
        ("torch.CharStorage", TensorType.I8),
        ("torch.ShortStorage", TensorType.I16),
        ("torch.IntStorage", TensorType.I32),
        ("torch.LongStorage", TensorType.I64),
        ("torch.HalfStorage", TensorType.F16),
        ("torch.BFloat16Storage", TensorType.BF16),
        ("torch.FloatStorage", TensorType.F32),
        ("torch.DoubleStorage", TensorType.F64),
        ("torch.UntypedStorage", TensorType.U8),
        ("torch.storage.UntypedStorage", TensorType.U8),
    ];

    internal static IEnumerable<(string Name, PickleCall Call)> All =>
    [
        ("torch._utils._rebuild_tensor", (arguments, budget) => Tensor(arguments, null, budget)),
        ("torch._utils._rebuild_tensor_v2", (arguments, budget) => Tensor(arguments, null, budget)),
        ("torch._utils._rebuild_tensor_v3", (arguments, budget) => Tensor(arguments, Named(arguments, 6), budget)),
        ("torch._utils._rebuild_parameter", (arguments, _) => arguments.At(0)),
        ("torch.Size", (arguments, _) => arguments.At(0)),
        ("torch.device", Device),
    ];

    /// <summary>Reads ('storage', class, key, place, number of elements), the only thing that torch keeps outside the
    /// pickle.</summary>
    internal static PickleValue Storage(PickleValue id, StorageReader? reader, PickleBudget budget)
    {
        if (id.List is not { Kind: PickleKind.Tuple, Count: >= 5 } parts || parts[0].Text != "storage")
        {
            throw PickleGlobals.Refused($"{id.Description} outside the pickle");
        }

        if (reader is null)
        {
            throw PickleException.Damaged("refers to a tensor's numbers, which a file without torch's archive does not hold");
        }

        if (parts[1].Reference is not PickleGlobal { Storage: TensorType type })
        {
            throw parts.Unfit(1, "a class of torch storages");
        }

        string key = parts.Text(2);
        long count = parts.Integer(4);
        if (count < 0 || count > long.MaxValue / type.Size())
        {
            throw PickleException.Damaged($"claims {count} elements for storage {RecordError.Quote(key)}");
        }

        budget.Charge(PickleBudget.Container);
        return new PickleValue(new PickleStorage(type, reader(key, count * type.Size())));
    }

    // (storage, offset, size, stride, ...); what follows concerns training.
    private static PickleValue Tensor(PickleList arguments, TensorType? type, PickleBudget budget)
    {
        PickleStorage storage = arguments.Internal<PickleStorage>(0, "a torch storage");
        return new PickleValue(PickleTensor.View(
            type ?? storage.Type, storage.Bytes, arguments.Integer(1), arguments.Integers(2, budget),
            arguments.Integers(3, budget), budget));
    }

    private static TensorType Named(PickleList arguments, int index) =>
        Types.TryGetValue(arguments.Text(index), out TensorType type) ? type : throw arguments.Unfit(index, "a torch dtype");

    // torch.device('cuda', 0) reads as 'cuda:0'.
    private static PickleValue Device(PickleList arguments, PickleBudget budget)
    {
        string name = arguments.Text(0);
        budget.Charge(64 + (2 * name.Length));
        return arguments.Count == 1
            ? arguments[0]
            : new PickleValue(string.Create(CultureInfo.InvariantCulture, $"{name}:{arguments.Integer(1)}"));
    }
}
