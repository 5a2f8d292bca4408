using System.Buffers.Binary;

namespace Hone.Records.Pickles;

/// <summary>
/// Follows the instructions of a pickle (Python's Lib/pickletools.py lists them). It makes plain values alone and runs
/// nothing: what a pickle may name is in <see cref="PickleGlobals"/>.
/// </summary>
internal sealed class PickleMachine(PickleInput input, StorageReader? storages, PickleBudget budget)
{
    // Real logs have numbers of 64 bits, or hashes of 512.
    private const int MostLongBytes = 4096;

    private readonly PickleStack _stack = new(budget);
    private readonly PickleMemo _memo = new(budget);

    /// <summary>Reads one pickle, up to its end.</summary>
    internal PickleValue Run()
    {
        while (true)
        {
            byte op = input.Byte();
            switch (op)
            {
                case PickleOp.BinInt1:
                    _stack.Push(PickleValue.From((long)input.Byte()));
                    break;
                case PickleOp.BinInt2:
                    _stack.Push(PickleValue.From((long)BinaryPrimitives.ReadUInt16LittleEndian(input.Take(2))));
                    break;
                case PickleOp.BinInt:
                    _stack.Push(PickleValue.From((long)input.Int32()));
                    break;
                case PickleOp.BinFloat:
                    _stack.Push(PickleValue.From(BinaryPrimitives.ReadDoubleBigEndian(input.Take(8))));
                    break;
                case PickleOp.Stop:
                    return _stack.Pop();
                default:
                    if (!Text(op) && !Container(op) && !Bookkeeping(op) && !Object(op))
                    {
                        throw PickleException.Damaged($"has the byte 0x{op:x2} where a pickle has an instruction");
                    }

                    break;
            }
        }
    }

    // Strings, bytes, and the numbers that are rare.
    private bool Text(byte op)
    {
        switch (op)
        {
            case PickleOp.None:
                _stack.Push(default);
                return true;
            case PickleOp.NewTrue or PickleOp.NewFalse:
                _stack.Push(PickleValue.From(op == PickleOp.NewTrue));
                return true;
            case PickleOp.ShortBinUnicode or PickleOp.ShortBinString:
                PushText(input.Byte());
                return true;
            case PickleOp.BinUnicode or PickleOp.BinString:
                PushText(input.UInt32());
                return true;
            case PickleOp.BinUnicode8:
                PushText(input.UInt64());
                return true;
            case PickleOp.ShortBinBytes:
                PushBytes(input.Byte());
                return true;
            case PickleOp.BinBytes:
                PushBytes(input.UInt32());
                return true;
            case PickleOp.BinBytes8 or PickleOp.ByteArray8:
                PushBytes(input.UInt64());
                return true;
            case PickleOp.Long1:
                PushLong(input.Byte());
                return true;
            case PickleOp.Long4:
                PushLong(input.UInt32());
                return true;
            case PickleOp.Int:
                _stack.Push(PickleTexts.Int(input.Line(budget)));
                return true;
            case PickleOp.Long:
                _stack.Push(PickleTexts.Long(input.Line(budget)));
                return true;
            case PickleOp.Float:
                _stack.Push(PickleTexts.Float(input.Line(budget)));
                return true;
            case PickleOp.String:
                _stack.Push(new PickleValue(PickleTexts.Quoted(input.Line(budget))));
                return true;
            case PickleOp.Unicode:
                _stack.Push(new PickleValue(PickleTexts.Unicode(input.Line(budget))));
                return true;
            default:
                return false;
        }
    }

    private bool Container(byte op)
    {
        switch (op)
        {
            case PickleOp.EmptyList or PickleOp.EmptyTuple or PickleOp.EmptySet:
                PushList(KindOf(op), []);
                return true;
            case PickleOp.EmptyDict:
                _stack.Push(new PickleValue(PlainCalls.NewDict(budget)));
                return true;
            case PickleOp.Tuple1 or PickleOp.Tuple2 or PickleOp.Tuple3:
                PushList(PickleKind.Tuple, _stack.Pop(1 + op - PickleOp.Tuple1));
                return true;
            case PickleOp.Tuple or PickleOp.List or PickleOp.FrozenSet:
                PushList(KindOf(op), _stack.PopMark());
                return true;
            case PickleOp.Dict:
                PickleDict dict = PlainCalls.NewDict(budget);
                dict.Add(Pairs(_stack.PopMark()), budget);
                _stack.Push(new PickleValue(dict));
                return true;
            case PickleOp.Append:
                ReadOnlySpan<PickleValue> one = _stack.Pop(1);
                Target(PickleKind.List).Add(one, budget);
                return true;
            case PickleOp.Appends or PickleOp.AddItems:
                ReadOnlySpan<PickleValue> items = _stack.PopMark();
                Target(op == PickleOp.Appends ? PickleKind.List : PickleKind.Set).Add(items, budget);
                return true;
            case PickleOp.SetItem:
                ReadOnlySpan<PickleValue> pair = _stack.Pop(2);
                TargetDict().Add(pair, budget);
                return true;
            case PickleOp.SetItems:
                ReadOnlySpan<PickleValue> pairs = Pairs(_stack.PopMark());
                TargetDict().Add(pairs, budget);
                return true;
            default:
                return false;
        }
    }

    private bool Bookkeeping(byte op)
    {
        switch (op)
        {
            case PickleOp.Mark:
                _stack.Mark();
                return true;
            case PickleOp.Pop:
                _stack.Drop();
                return true;
            case PickleOp.PopMark:
                _stack.PopMark();
                return true;
            case PickleOp.Dup:
                _stack.Push(_stack.Peek());
                return true;
            case PickleOp.Memoize:
                _memo.Add(_stack.Peek());
                return true;
            case PickleOp.BinPut:
                _memo.Put(input.Byte(), _stack.Peek());
                return true;
            case PickleOp.LongBinPut:
                _memo.Put(input.UInt32(), _stack.Peek());
                return true;
            case PickleOp.Put:
                _memo.Put(MemoNumber(), _stack.Peek());
                return true;
            case PickleOp.BinGet:
                _stack.Push(_memo.Get(input.Byte()));
                return true;
            case PickleOp.LongBinGet:
                _stack.Push(_memo.Get(input.UInt32()));
                return true;
            case PickleOp.Get:
                _stack.Push(_memo.Get(MemoNumber()));
                return true;
            case PickleOp.Frame:
                input.RequireLeft(input.UInt64());
                return true;
            case PickleOp.Proto:
                byte protocol = input.Byte();
                return protocol <= 5
                    ? true
                    : throw PickleException.Damaged($"is of pickle protocol {protocol}, expected 0 to 5");
            default:
                return false;
        }
    }

    // What makes objects in Python.
    private bool Object(byte op)
    {
        switch (op)
        {
            case PickleOp.Global:
                _stack.Push(PickleGlobals.Find(input.Line(budget), input.Line(budget)));
                return true;
            case PickleOp.StackGlobal:
                ReadOnlySpan<PickleValue> names = _stack.Pop(2);
                _stack.Push(names is [{ Text: string module }, { Text: string name }]
                    ? PickleGlobals.Find(module, name)
                    : throw PickleException.Damaged("names a class by something else than text"));
                return true;
            case PickleOp.Reduce or PickleOp.NewObj:
                ReadOnlySpan<PickleValue> call = _stack.Pop(2);
                _stack.Push(Callee(call[0]).Call(call[1], budget));
                return true;
            case PickleOp.NewObjEx:
                ReadOnlySpan<PickleValue> three = _stack.Pop(3);
                _stack.Push(three[2].Dict is { Count: 0 }
                    ? Callee(three[0]).Call(three[1], budget)
                    : throw PickleException.Damaged("makes an object with named arguments, expected none"));
                return true;
            case PickleOp.Inst:
                PickleGlobal type = Callee(PickleGlobals.Find(input.Line(budget), input.Line(budget)));
                _stack.Push(type.Call(Arguments(_stack.PopMark()), budget));
                return true;
            case PickleOp.Obj:
                ReadOnlySpan<PickleValue> parts = _stack.PopMark();
                _stack.Push(parts.IsEmpty
                    ? throw PickleException.Damaged("makes an object of no class")
                    : Callee(parts[0]).Call(Arguments(parts[1..]), budget));
                return true;
            case PickleOp.Build:
                ReadOnlySpan<PickleValue> state = _stack.Pop(1);
                Build(_stack.Peek(), state[0]);
                return true;
            case PickleOp.BinPersId:
                _stack.Push(TorchCalls.Storage(_stack.Pop(), storages, budget));
                return true;
            case PickleOp.PersId:
                throw PickleGlobals.Refused($"{RecordError.Quote(input.Line(budget))} outside the pickle");
            case PickleOp.Ext1 or PickleOp.Ext2 or PickleOp.Ext4:
                uint code = op == PickleOp.Ext1 ? input.Byte()
                    : op == PickleOp.Ext2 ? BinaryPrimitives.ReadUInt16LittleEndian(input.Take(2)) : input.UInt32();
                throw PickleGlobals.Refused($"extension {code} of Python's registry");
            case PickleOp.NextBuffer or PickleOp.ReadOnlyBuffer:
                throw PickleGlobals.Refused("a buffer outside the pickle");
            default:
                return false;
        }
    }

    private void Build(PickleValue target, PickleValue state)
    {
        switch (target.Reference)
        {
            case PickleDict { IsRecord: true } record when state.Dict is PickleDict fields:
                for (int i = 0; i < fields.Count; i++)
                {
                    record.Add([fields.Key(i), fields.Value(i)], budget);
                }

                break;

            // Attributes that someone hung onto an OrderedDict are no data.
            case PickleDict { IsRecord: false } when state.Dict is not null:
                break;
            case NumpyType type when state.List is PickleList list:
                NumpyCalls.Build(type, list);
                break;
            case PickleTensor { IsBlank: true } array when state.List is PickleList list:
                NumpyCalls.Build(array, list, budget);
                break;
            default:
                throw PickleException.Damaged($"sets the state of {target.Description} to {state.Description}");
        }
    }

    private static PickleKind KindOf(byte op) => op switch
    {
        PickleOp.EmptyList or PickleOp.List => PickleKind.List,
        PickleOp.EmptySet or PickleOp.FrozenSet => PickleKind.Set,
        _ => PickleKind.Tuple,
    };

    private static PickleGlobal Callee(PickleValue value) => value.Reference as PickleGlobal
        ?? throw PickleException.Damaged($"calls {value.Description}, expected a function or a class");

    private PickleValue Arguments(ReadOnlySpan<PickleValue> values) => new(PickleList.Of(PickleKind.Tuple, values, budget));

    private void PushList(PickleKind kind, ReadOnlySpan<PickleValue> values) =>
        _stack.Push(new PickleValue(PickleList.Of(kind, values, budget)));

    private void PushText(ulong bytes) => _stack.Push(new PickleValue(input.Text(bytes, budget)));

    private void PushBytes(ulong count) => _stack.Push(new PickleValue(input.Bytes(count, budget)));

    private void PushLong(uint bytes)
    {
        if (bytes > MostLongBytes)
        {
            throw PickleException.Damaged($"has a whole number of {bytes} bytes, expected {MostLongBytes} at most");
        }

        budget.Charge(32 + bytes);
        _stack.Push(PickleTexts.Long(input.Take((int)bytes)));
    }

    private long MemoNumber() => PickleTexts.Long(input.Line(budget)).TryGetInteger(out long number)
        ? number
        : throw PickleException.Damaged("numbers a value with more than 64 bits");

    private static ReadOnlySpan<PickleValue> Pairs(ReadOnlySpan<PickleValue> values) => values.Length % 2 == 0
        ? values
        : throw PickleException.Damaged("gives a dict a key without a value");

    private PickleList Target(PickleKind kind) =>
        _stack.Peek().List is PickleList list && list.Kind == kind
            ? list
            : throw PickleException.Damaged($"adds to {_stack.Peek().Description} as to a {kind.ToString().ToLowerInvariant()}");

    private PickleDict TargetDict() => _stack.Peek().Dict
        ?? throw PickleException.Damaged($"adds an entry to {_stack.Peek().Description}, expected a dict");
}
