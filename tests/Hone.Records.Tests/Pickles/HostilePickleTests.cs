using System.Diagnostics;
using Hone.Records.Pickles;

namespace Hone.Records.Tests.Pickles;

/// <summary>Pickles that would run code, take all memory or never end, were they believed.</summary>
public sealed class HostilePickleTests : IDisposable
{
    /// <summary>Far above what each needs (milliseconds), far below what each would take if believed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The reader's own limit for small files, 64 MB, and room for copies.</summary>
    private const long MostBytes = 256L << 20;

    // A NumPy number of 64 bits up to its dtype.
    private const string Scalar = "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'f8'\ntR";

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, string> Calls { get; } = new()
    {
        { "GLOBAL", "cos\nsystem\n(S'touch x'\ntR.", "'os.system'" },
        { "GLOBAL in Python 2's names", "c__builtin__\neval\n(S'1'\ntR.", "'__builtin__.eval'" },
        { "GLOBAL alone", "cbuiltins\neval\n.", "'builtins.eval'" },
        { "INST", "(S'touch x'\nios\nsystem\n.", "'os.system'" },
        { "OBJ", "(cos\nsystem\nS'touch x'\no.", "'os.system'" },
        { "NEWOBJ", "csubprocess\nPopen\n(S'ls'\nt\x81.", "'subprocess.Popen'" },
        { "NEWOBJ_EX", "csubprocess\nPopen\n)}\x92.", "'subprocess.Popen'" },
        { "STACK_GLOBAL", "\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x07touch x\x85R.", "'os.system'" },
        { "STACK_GLOBAL through a known class", "\x80\x04\x8c\u000ctorch._utils\x8c\u000a_rebuild_x\x93.", "'torch._utils._rebuild_x'" },
        { "dotted name", "ctorch\nUntypedStorage.from_file\n.", "'torch.UntypedStorage.from_file'" },
        { "EXT1", "\x80\x02\x82\x05.", "extension 5" },
        { "EXT2", "\x80\x02\x83\x05\x01.", "extension 261" },
        { "EXT4", "\x80\x02\x84\x05\x00\x00\x01.", "extension 16777221" },
        { "PERSID", "Pwhatever\n.", "'whatever' outside the pickle" },
        { "BINPERSID", "S'whatever'\nQ.", "text outside the pickle" },
        { "NEXT_BUFFER", "\x80\x05\x97.", "a buffer outside the pickle" },
        { "nested in data", "](K\x01}S'k'\n(cposix\nsystem\nS'ls'\nodse.", "'posix.system'" },
        { "torch.load of bytes", "ctorch.storage\n_load_from_bytes\n(C\u0001atR.", "'torch.storage._load_from_bytes'" },
        { "getattr", "cbuiltins\ngetattr\n(cbuiltins\ndict\nS'get'\ntR.", "'builtins.getattr'" },
        { "line feeds and control characters in the name", "\x80\x04\x8c\x05o\ns\x1b[\x8c\x01x\x93.", "'o s [.x'" },
    };

    public static TheoryData<string, string, string> Damaged { get; } = new()
    {
        { "call of a type", "cbuiltins\nint\n(S'5'\ntR.", "calls 'builtins.int', expected it as a type alone" },
        { "call of text", "S'os'\n)R.", "calls text, expected a function or a class" },
        { "arguments that are no tuple", "ccollections\nOrderedDict\n]R.", "with a list of 0, expected a tuple" },
        { "too few arguments", "ctorch\ndevice\n)R.", "with 0 arguments, expected more" },
        { "argument of another kind", "ctorch\ndevice\nI1\n\x85R.", "passes a number as argument 1, expected text" },
        { "state of a list", "]}b.", "sets the state of a list of 0 to a dict" },
        { "state of a class", "ctorch\nFloatStorage\n}b.", "sets the state of 'torch.FloatStorage' to a dict" },
        { "a class as a value", "](ctorch\nFloatStorage\ne.", "has 'torch.FloatStorage' where a value should be" },
        { "a class alone", "cnumpy\nndarray\n.", "has 'numpy.ndarray' where a value should be" },
        { "a dtype of NumPy as a value", "cnumpy\ndtype\n(S'f8'\ntR.", "has a numpy dtype f8 where" },
        { "an array without contents", "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\ntR.", "without contents" },
        { "an array of objects", "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'O8'\ntRC\u0001atR.", "of dtype 'O8'" },
        { "a short scalar", Scalar + "C\u0001atR.", "has 1 bytes for a" },
        { "a big-endian number", Scalar + "(I3\nS'>'\ntbC\u0008abcdefghtR.", "'f8', big-endian" },
        { "a tensor without an archive", "(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nK\u0001tQ.", "without torch's archive" },
        { "pop of nothing", "0.", "takes a value where there is none" },
        { "pop below the mark", "K\u0001(a.", "takes a value where there is none" },
        { "no mark", "t.", "ends a list that it did not begin" },
        { "append to a number", "K\u0001K\u0002a.", "adds to a number as to a list" },
        { "append to a set", "\x8fK\u0002a.", "adds to a set of 0 as to a list" },
        { "entry of a list", "]K\u0001K\u0002s.", "adds an entry to a list of 0, expected a dict" },
        { "odd number of items", "}(K\u0001u.", "a key without a value" },
        { "unknown memo", "h\u0005.", "mentions value 5 again, which it did not give" },
        { "unknown memo by text", "g-1\n.", "mentions value -1 again" },
        { "memo of nothing", "q\u0000.", "takes a value where there is none" },
        { "nothing at the end", ".", "takes a value where there is none" },
        { "no end", "]", "is cut off after 1 of 1 bytes" },
        { "bad number", "I12x\n.", "has '12x' for a whole number" },
        { "very long number", "I" + new string('9', 100_000) + "\n.", "for a whole number" },
        { "bad float", "F1,5\n.", "has '1,5' for a number" },
        { "bad string", "S'abc\n.", "for a string between quotes" },
        { "bad escape", "V\\uD8\n.", "an escape that is no character" },
        { "escape beyond Unicode", "V\\U00110000\n.", "an escape that is no character" },
        { "bad quoted escape", "S'\\xg0'\n.", "an escape that is no character" },
        { "escaped end of a string", "S'abc\\'\n.", "the escape" },
        { "names that are no text", "K\u0001K\u0002\x93.", "names a class by something else than text" },
        { "list that holds itself", "]q\u0000h\u0000a.", "a value that contains itself" },
        { "dict that holds itself", "}q\u0000S'k'\nh\u0000s.", "a value that contains itself" },
        { "tuple that holds itself through a list", "]q\u0000(h\u0000ta.", "a value that contains itself" },
        { "set of a number", "cbuiltins\nset\n(K\u0005tR.", "passes a number as argument 1, expected a list" },
        { "bytes of another encoding", "c_codecs\nencode\n(S'a'\nS'rot13'\ntR.", "encodes text as 'rot13', expected latin1" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Calls))]
    public void Refuses_by_name_what_would_run(string how, string pickle, string name)
    {
        Assert.NotEmpty(how);
        Bad.Input(() => Read(PickleBytes.Of(pickle)), "a.pt: the pickle asks for ", name, "expected these alone");
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Refuses_what_makes_no_sense(string what, string pickle, string message)
    {
        Assert.NotEmpty(what);
        Bad.Input(() => Read(PickleBytes.Of(pickle)), "a.pt: the pickle ", message);
    }

    // Each claims far more than the file has.
    [Theory]
    [InlineData("X", 4)]
    [InlineData("B", 4)]
    [InlineData("T", 4)]
    [InlineData("\x8b", 4)]
    [InlineData("\x8d", 8)]
    [InlineData("\x8e", 8)]
    [InlineData("\x96", 8)]
    [InlineData("\x95", 8)]
    public void Makes_no_room_for_lengths_that_are_not_there(string op, int lengthBytes)
    {
        byte[] length = PickleBytes.Int64(lengthBytes == 8 ? 1L << 62 : 0x7fffffff)[..lengthBytes];
        Bounded(() => Bad.Input(() => Read(PickleBytes.Of(op, length, "abc.")), "the pickle "), 1 << 20);
        byte[] negative = [.. Enumerable.Repeat((byte)0xff, lengthBytes)];
        Bounded(() => Bad.Input(() => Read(PickleBytes.Of(op, negative, "abc.")), "the pickle "), 1 << 20);
    }

    // Ten lists of ten mentions of the one before, twelve times: 10^12 values in a few hundred bytes.
    [Fact]
    public void Refuses_shared_values_that_multiply()
    {
        var laughs = new PickleBytes().Add("]q", 0, "S'ha'\na");
        for (int level = 1; level <= 12; level++)
        {
            laughs.Add("](").Add([.. Enumerable.Repeat((object)PickleBytes.Of("h", level - 1), 10)]).Add("eq", level);
        }

        Bounded(() => Bad.Input(() => Read(laughs.Add(".").Done()), "shared values so often"));
    }

    [Theory]
    [InlineData("]", "a")]
    [InlineData("(", "t")]
    [InlineData("(", "l")]
    public void Refuses_a_million_levels(string open, string close)
    {
        byte[] pickle = PickleBytes.Of("N", Repeat(open, 1_000_000), Repeat(close, 1_000_000 - 1), ".");
        Bounded(() => Bad.Input(() => Read(pickle), "the pickle "));
    }

    [Fact]
    public void Takes_as_many_levels_as_it_says()
    {
        Assert.Equal(1, Read(Levels(200)).List!.Count);
        Bad.Input(() => Read(Levels(201)), "more than 200 levels deep");

        static byte[] Levels(int count) => PickleBytes.Of(Repeat("]", count), "N", Repeat("a", count), ".");
    }

    // What takes a byte here and a hundred in memory.
    [Theory]
    [InlineData("]")]
    [InlineData("}")]
    [InlineData("(")]
    [InlineData("]q\x00")]
    [InlineData("K\x01\x85")]
    public void Memory_is_bounded_by_the_size_of_the_file(string part)
    {
        byte[] pickle = PickleBytes.Of(Repeat(part, 4_000_000 / part.Length));
        Bounded(() => Bad.Input(() => Read(pickle), "the pickle "), 4 * MostBytes);
    }

    // A list of 100 000, copied by five bytes each.
    [Fact]
    public void Copies_count_as_memory()
    {
        byte[] pickle = PickleBytes.Of(
            "](", Repeat("N", 100_000), "eq", 0, "cbuiltins\nset\nq", 1, Repeat("h\x01h\x00\x85R", 100_000), ".");
        Bounded(() => Bad.Input(() => Read(pickle), "MB of memory"));
    }

    [Fact]
    public void Numbers_of_the_memo_cost_no_more_than_their_values()
    {
        var sparse = new PickleBytes().Add("N");
        for (int i = 0; i < 10_000; i++)
        {
            sparse.Add("r", PickleBytes.Int32(-1 - (i * 100_000)));
        }

        Bounded(() => Assert.True(Read(sparse.Add(".").Done()).IsNone), 64 << 20);
    }

    private static byte[] Repeat(string part, int count)
    {
        byte[] bytes = PickleBytes.Of(part);
        byte[] repeated = new byte[bytes.Length * count];
        for (int i = 0; i < count; i++)
        {
            bytes.CopyTo(repeated, i * bytes.Length);
        }

        return repeated;
    }

    private static void Bounded(Action action, long mostBytes = MostBytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        action();
        Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "took too long");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < mostBytes, $"allocated {allocated} bytes");
    }

    private PickleValue Read(byte[] pickle) => TorchFile.Read(_folder.WriteBytes("a.pt", pickle));
}
