using Hone.Records.Pickles;

namespace Hone.Records.Tests.Pickles;

public sealed class TorchFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("values_0.pkl")]
    [InlineData("values_1.pkl")]
    [InlineData("values_2.pkl")]
    [InlineData("values_3.pkl")]
    [InlineData("values_4.pkl")]
    [InlineData("values_5.pkl")]
    [InlineData("tensors_2.pt")]
    [InlineData("tensors_3.pt")]
    [InlineData("tensors_4.pt")]
    [InlineData("tensors_5.pt")]
    [InlineData("rollout_3.pt")]
    [InlineData("log_step_100.pt")]
    public void Reads_what_Python_wrote(string name) =>
        Assert.Equal(Canonical.Of(Fixture.Expected(name)), Canonical.Of(TorchFile.Read(Fixture.File(name))));

    [Fact]
    public void Lists_of_numbers_are_arrays_and_shared_lists_are_one_object()
    {
        PickleDict values = TorchFile.Read(Fixture.File("values_2.pkl")).Dict!;
        Assert.True(values.TryGet("real", out PickleValue reals));
        Assert.True(reals.List!.TryGetReals(out ReadOnlySpan<double> numbers));
        Assert.Equal(-2.25e300, numbers[3]);
        Assert.False(reals.List.TryGetIntegers(out _));
        Assert.True(values.TryGet("shared", out PickleValue pair));
        Assert.Same(pair.List![0].List, pair.List[1].List);
        Assert.True(pair.List[0].List!.TryGetIntegers(out ReadOnlySpan<long> whole));
        Assert.Equal([1, 2, 3], whole);
        Assert.True(values.TryGet("mixed", out PickleValue mixed));
        Assert.False(mixed.List!.TryGetReals(out _));
    }

    [Fact]
    public void A_list_that_grows_past_its_first_kind_keeps_its_values()
    {
        byte[] pickle = PickleBytes.Of("](K", 1, "K", 2, "e(K", 3, "G", new byte[8], "eNa.");
        PickleValue value = Read(pickle);
        Assert.Equal("list[int 1, int 2, int 3, float 0, null]", Canonical.Of(value));
    }

    [Fact]
    public void Whole_numbers_of_a_tensor_come_out_whole()
    {
        PickleDict tensors = TorchFile.Read(Fixture.File("tensors_2.pt")).Dict!;
        Assert.True(tensors.TryGet("int64", out PickleValue value));
        Assert.Equal([0, -1, 1L << 53, -(1L << 40)], value.Tensor!.ToIntegers());
        Assert.True(tensors.TryGet("bool", out value));
        Assert.Equal([1, 0, 1], value.Tensor!.ToIntegers());
        Assert.True(tensors.TryGet("scalar", out value));
        Assert.True(value.TryGetNumber(out double number));
        Assert.Equal(2.5, number);
        Assert.Throws<InvalidOperationException>(() => value.Tensor!.ToIntegers());
    }

    // NumPy 2 moved the functions that its pickles name.
    [Fact]
    public void Reads_the_names_of_NumPy_2()
    {
        string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Fixture.File("values_2.pkl")));
        Assert.Contains("numpy.core.multiarray\n", text, StringComparison.Ordinal);
        byte[] newer = System.Text.Encoding.Latin1.GetBytes(text.Replace("numpy.core.", "numpy._core.", StringComparison.Ordinal));
        Assert.Equal(Canonical.Of(Fixture.Expected("values_2.pkl")), Canonical.Of(Read(newer)));
    }

    // torch writes types that have no storage class of their own so: the dtype is the seventh argument.
    [Fact]
    public void Reads_tensors_of_types_without_a_storage_class()
    {
        byte[] pickle = PickleBytes.Of(
            0x80, 2, "ctorch._utils\n_rebuild_tensor_v3\n((", PickleBytes.Text("storage"), "ctorch.storage\nUntypedStorage\n",
            PickleBytes.Text("0"), PickleBytes.Text("cuda:0"), "K", 6, "tQK", 1, "K", 2, 0x85, "K", 1, 0x85, 0x89,
            "ccollections\nOrderedDict\n)Rctorch\nuint16\ntR.");
        byte[] zip = PickleBytes.Zip(
            entries: [("a/data.pkl", pickle), ("a/byteorder", "little"u8.ToArray()), ("a/data/0", [1, 0, 255, 255, 2, 0])]);
        Assert.Equal("uint16(2)[65535, 2]", Canonical.Of(Read(zip)));
    }

    [Fact]
    public void A_record_of_slime_for_a_tensor_kept_elsewhere_reads_as_its_fields()
    {
        byte[] pickle = PickleBytes.Of(
            0x80, 2, "cslime.utils.tensor_store\nDiskTensorRef\n)", 0x81, "}(", PickleBytes.Text("path"),
            PickleBytes.Text("x.safetensors"), PickleBytes.Text("nbytes"), "K", 8, "ub.");
        Assert.Equal("dict{'path': 'x.safetensors', 'nbytes': int 8}", Canonical.Of(Read(pickle)));
    }

    [Fact]
    public void Of_equal_keys_the_last_counts_in_small_dicts_and_large()
    {
        var large = new PickleBytes().Add("}(");
        for (int i = 0; i < 100; i++)
        {
            large.Add(PickleBytes.Text($"key{i % 60}"), "M", i, 0);
        }

        PickleDict dict = Read(large.Add("u.").Done()).Dict!;
        Assert.True(dict.TryGet("key7", out PickleValue value));
        Assert.Equal("int 67", Canonical.Of(value));
        Assert.False(dict.TryGet("key60", out _));
        dict = Read(PickleBytes.Of("}(", PickleBytes.Text("a"), "K", 1, PickleBytes.Text("a"), "K", 2, "u.")).Dict!;
        Assert.True(dict.TryGet("a", out value));
        Assert.Equal("int 2", Canonical.Of(value));
    }

    [Theory]
    [InlineData("S'a\\n\\x41\\\\'\n.", "'a\nA\\'")]
    [InlineData("I01\n.", "true")]
    [InlineData("L-12345678901234567890L\n.", "int -12345678901234567890")]
    [InlineData("F-inf\n.", "float -Infinity")]
    [InlineData("Vx\\u0041\\U0001F3B2\n.", "'xA\U0001F3B2'")]
    [InlineData("(lp0\nI1\nag0\n0.", "list[int 1]")]
    [InlineData("(I1\nI2\n0t.", "tuple[int 1]")]
    [InlineData("(dS'k'\nNs.", "dict{'k': null}")]
    [InlineData("I1\n2\x86.", "tuple[int 1, int 1]")]
    public void Reads_the_text_of_protocol_0(string pickle, string expected) =>
        Assert.Equal(expected, Canonical.Of(Read(PickleBytes.Of(pickle))));

    [Fact]
    public void Says_what_is_no_pickle()
    {
        Assert.Throws<FileNotFoundException>(() => TorchFile.Read(_folder["none.pt"]));
        Bad.Input(() => TorchFile.Read(Fixture.File("old_format.pt")), "old_format.pt: is in the format of torch before 1.6");
        Bad.Input(() => Read([]), "the pickle is cut off after 0 of 0 bytes (byte 0)");
        Bad.Input(() => Read("{\"a\": 1}\n"u8.ToArray()), "has the byte 0x7b where a pickle has an instruction (byte 1)");
        Bad.Input(() => Read(PickleBytes.Of(0x80, 9, "N.")), "protocol 9, expected 0 to 5");
    }

    private PickleValue Read(byte[] pickle) => TorchFile.Read(_folder.WriteBytes("a.pt", pickle));
}
