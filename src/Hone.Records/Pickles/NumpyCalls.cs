using System.Text;

namespace Hone.Records.Pickles;

/// <summary>A NumPy dtype: its code, such as f8, and a byte order that comes after it.</summary>
internal sealed class NumpyType(string code)
{
    internal string Code => code;

    internal bool IsBigEndian { get; set; }

    public override string ToString() => $"numpy dtype {code}";
}

/// <summary>What NumPy puts into a pickle (numpy/core/multiarray, methods.c, scalartypes.c).</summary>
internal static class NumpyCalls
{
    internal static IEnumerable<(string Name, PickleCall Call)> All =>
    [
        ("numpy.dtype", Type),
        ("numpy.core.multiarray.scalar", Scalar),
        ("numpy.core.multiarray._reconstruct", (_, budget) => Blank(budget)),
        ("numpy.core.numeric._frombuffer", FromBuffer),
    ];

    /// <summary>The state of a dtype: (version, byte order, ...).</summary>
    internal static void Build(NumpyType type, PickleList state)
    {
        type.IsBigEndian = state.Text(1) == ">";
    }

    /// <summary>The state of an array: (version, shape, dtype, Fortran order, bytes).</summary>
    internal static void Build(PickleTensor array, PickleList state, PickleBudget budget)
    {
        bool isFortran = state.Integer(3) != 0;
        array.Become(View(state.Internal<NumpyType>(2, "a dtype"), state, 4, state.Integers(1, budget), isFortran, budget));
    }

    private static PickleValue Type(PickleList arguments, PickleBudget budget)
    {
        budget.Charge(PickleBudget.Container);
        return new PickleValue(new NumpyType(arguments.Text(0)));
    }

    private static PickleValue Blank(PickleBudget budget)
    {
        budget.Charge(2 * PickleBudget.Container);
        return new PickleValue(new PickleTensor());
    }

    // (buffer, dtype, shape, order), in protocol 5.
    private static PickleValue FromBuffer(PickleList arguments, PickleBudget budget) => new(View(
        arguments.Internal<NumpyType>(1, "a dtype"), arguments, 0, arguments.Integers(2, budget), arguments.Text(3) == "F",
        budget));

    private static PickleTensor View(
        NumpyType type, PickleList holder, int bytes, long[] shape, bool isFortran, PickleBudget budget)
    {
        TensorType element = ElementType(type);
        long[] strides = new long[shape.Length];

        // A product that overflows is that of a view too large, which is refused below.
        long stride = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            int dimension = isFortran ? i : shape.Length - 1 - i;
            strides[dimension] = stride;
            stride *= shape[dimension];
        }

        return PickleTensor.View(element, holder.Internal<byte[]>(bytes, "bytes"), 0, shape, strides, budget);
    }

    // (dtype, bytes)
    private static PickleValue Scalar(PickleList arguments, PickleBudget budget)
    {
        NumpyType type = arguments.Internal<NumpyType>(0, "a dtype");
        byte[] bytes = arguments.Internal<byte[]>(1, "bytes");
        if (type is { Code: ['U', ..], IsBigEndian: false })
        {
            budget.Charge(32 + bytes.Length);
            return new PickleValue(Encoding.UTF32.GetString(bytes).TrimEnd('\0'));
        }

        TensorType element = ElementType(type);
        if (bytes.Length != element.Size())
        {
            throw PickleException.Damaged($"has {bytes.Length} bytes for a {type}, expected {element.Size()}");
        }

        return element switch
        {
            TensorType.Bool => PickleValue.From(bytes[0] != 0),
            TensorType.U64 => PickleValue.From(new System.Numerics.BigInteger(bytes, isUnsigned: true)),
            _ when element.IsReal() => PickleValue.From(element.Real(bytes)),
            _ => PickleValue.From(element.Integer(bytes)),
        };
    }

    private static TensorType ElementType(NumpyType type)
    {
        TensorType? found = type.Code switch
        {
            "b1" => TensorType.Bool,
            "u1" => TensorType.U8,
            "i1" => TensorType.I8,
            "u2" => TensorType.U16,
            "i2" => TensorType.I16,
            "u4" => TensorType.U32,
            "i4" => TensorType.I32,
            "u8" => TensorType.U64,
            "i8" => TensorType.I64,
            "f2" => TensorType.F16,
            "f4" => TensorType.F32,
            "f8" => TensorType.F64,
            _ => null,
        };
        return found is TensorType element && !type.IsBigEndian
            ? element
            : throw new PickleException(
                $"holds a NumPy value of dtype {RecordError.Quote(type.Code)}{(type.IsBigEndian ? ", big-endian" : "")}, "
                + "expected bool, an integer or a float of 64 bits at most, little-endian",
                "save the file again with plain Python numbers and lists");
    }
}
