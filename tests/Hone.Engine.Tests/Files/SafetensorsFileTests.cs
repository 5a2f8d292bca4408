using System.Text;
using Hone.Engine.Files;
using static Hone.Engine.Tests.Files.SafetensorsBytes;

namespace Hone.Engine.Tests.Files;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_sound_file_opens_with_shapes_types_and_metadata()
    {
        string header = "{\"__metadata__\":{\"format\":\"pt\",\"note\":\"\\u00e9\"},"
            + Entry("b", "I64", "[1]", "[12,20]") + "," + Entry("a", "F32", "[3,1]", "[0,12]") + ","
            + Entry("none", "BF16", "[0,7]", "[12,12]") + "," + Entry("one", "F16", "[]", "[20,22]") + "}   ";
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("x", Build(header, 22)));

        Assert.Equal(["a", "b", "none", "one"], file.Tensors.Keys.Order());
        Assert.Equal("\u00e9", file.Metadata["note"]);
        Assert.Equal([3L, 1L], file.Tensors["a"].Shape);
        Assert.Equal((0L, 12L, 3L), (file.Tensors["a"].Begin, file.Tensors["a"].End, file.Tensors["a"].ElementCount));
        Assert.Equal((TensorDataType.Other, "I64"), (file.Tensors["b"].DataType, file.Tensors["b"].TypeName));
        Assert.Equal(0, file.Tensors["none"].ElementCount);
        Assert.Equal((1L, "()"), (file.Tensors["one"].ElementCount, file.Tensors["one"].ShapeText));
        file.Read("none", []);
        OneLine.Throws<InvalidDataException>(() => file.Read("b", new float[1]), "'b'", "I64");
        OneLine.Throws<InvalidDataException>(() => file.Read("c", new float[1]), "'c'");
    }

    [Fact]
    public void Floats_at_odd_addresses_and_ranges_read_exactly()
    {
        float[] values = [.. Enumerable.Range(0, 37).Select(i => i - 18.25f)];
        byte[] data = [.. values.SelectMany(BitConverter.GetBytes)];
        byte[] header = Encoding.UTF8.GetBytes("{" + Entry("a", "F32", "[37]", "[0,148]") + "}");
        byte[] odd = header.Length % 2 == 0 ? [.. header, (byte)' '] : header;
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("x", Build(odd, data)));

        float[] whole = new float[37];
        file.Read("a", whole);
        Assert.Equal(values, whole);
        float[] part = new float[5];
        file.Read("a", 30, part);
        Assert.Equal(values[30..35], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read("a", 33, part));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read("a", -1, part));
        Assert.Throws<ArgumentException>(() => file.Read("a", part));
    }

    [Fact]
    public void A_closed_file_refuses_to_read()
    {
        SafetensorsFile file = SafetensorsFile.Open(
            _folder.Write("x", Build("{" + Entry("a", "F32", "[1]", "[0,4]") + "}", 4)));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("a", new float[1]));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        OneLine.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder.PathOf("no.safetensors")), "no.safetensors");
        OneLine.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder.FullPath));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_file_shorter_than_its_length_field_is_refused(int length)
    {
        Refused(new byte[length], $"file of {length} bytes");
    }

    [Theory]
    [InlineData(1UL << 60)]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001UL)]
    [InlineData(3UL)]
    public void A_header_beyond_the_limit_or_the_file_is_refused(ulong length)
    {
        Refused([.. Length(length), (byte)'{', (byte)'}'], $"header of {length} bytes");
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{} x", "not valid JSON")]
    [InlineData("[]", "expected an object")]
    [InlineData("null", "expected an object")]
    [InlineData("{\"a\":3}", "expected an object")]
    [InlineData("{\"__metadata__\":{\"a\":3}}", "expected a string")]
    [InlineData("{\"__metadata__\":[]}", "expected an object")]
    [InlineData("{\"a\":{\"shape\":[],\"data_offsets\":[0,0]}}", "dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0]}}", "data_offsets")]
    [InlineData("{\"\\ud800\":{}}", "surrogate")]
    [InlineData("{\"__metadata__\":{\"a\":\"\\udc00\"}}", "surrogate")]
    public void A_header_that_is_not_the_object_expected_is_refused(string header, string part)
    {
        Refused(Build(header, 0), part);
    }

    [Fact]
    public void A_header_nested_beyond_measure_is_refused()
    {
        Refused(Build(new string('[', 100_000), 0), "not valid JSON");
    }

    [Fact]
    public void A_header_that_is_not_utf8_is_refused()
    {
        Refused(Build([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'], []), "UTF-8");
    }

    [Fact]
    public void Duplicate_keys_are_refused()
    {
        string entry = Entry("a", "F32", "[1]", "[0,4]");
        Refused(Build("{" + entry + "," + entry + "}", 4), "a");
        Refused(Build("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "dtype");
    }

    [Theory]
    [InlineData("F32", "[-1]", "[0,4]", "-1")]
    [InlineData("F32", "[1.5]", "[0,4]", "1.5")]
    [InlineData("F32", "[1e2]", "[0,400]", "1e2")]
    [InlineData("F32", "[9223372036854775808]", "[0,4]", "9223372036854775808")]
    [InlineData("F32", "[\"1\"]", "[0,4]", "shape")]
    [InlineData("F32", "1", "[0,4]", "shape")]
    [InlineData("F32", "[4611686018427387904,4]", "[0,0]", "2^63")]
    [InlineData("F32", "[4294967296,4294967296]", "[0,0]", "2^63")]
    [InlineData("F32", "[9223372036854775807,9223372036854775807,9223372036854775807]", "[0,4]", "2^63")]
    [InlineData("F32", "[2]", "[0,4]", "expected 8")]
    [InlineData("F16", "[1]", "[0,4]", "expected 2")]
    [InlineData("F32", "[1]", "[4,0]", "begin <= end")]
    [InlineData("F32", "[1]", "[0,8]", "begin <= end <= 4")]
    [InlineData("F32", "[1]", "[9223372036854775803,9223372036854775807]", "begin <= end")]
    [InlineData("F32", "[1]", "[-4,0]", "-4")]
    [InlineData("F32", "[1]", "[0]", "data_offsets")]
    [InlineData("F32", "[1]", "[0,4,4]", "data_offsets")]
    [InlineData("F33", "[1]", "[0,4]", "'F33'")]
    public void An_entry_that_does_not_add_up_is_refused(string type, string shape, string offsets, string part)
    {
        Refused(Build("{" + Entry("a", type, shape, offsets) + "}", 4), part);
    }

    [Fact]
    public void Overlaps_holes_and_stray_bytes_are_refused()
    {
        string first = Entry("a", "F32", "[2]", "[0,8]");
        Refused(Build("{" + first + "," + Entry("b", "F32", "[2]", "[4,12]") + "}", 12), "'b'", "overlaps");
        Refused(Build("{" + first + "," + Entry("b", "F32", "[2]", "[0,8]") + "}", 8), "overlaps");
        Refused(Build("{" + first + "," + Entry("b", "F32", "[1]", "[12,16]") + "}", 16), "'b'", "hole");
        Refused(Build("{" + first + "}", 9), "9 data bytes");
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = Build("{" + Entry("a", "F32", "[4]", "[0,16]") + "}", 16);
        for (int length = 0; length < whole.Length; length++)
        {
            Refused(whole[..length], "file is damaged");
        }
    }

    [Fact]
    public void Damage_anywhere_is_refused_or_harmless()
    {
        byte[] whole = Build(
            "{" + Entry("a", "F32", "[2,2]", "[0,16]") + "," + Entry("b", "BF16", "[8]", "[16,32]") + "}", 32);
        var random = new Random(5);
        int opened = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                damaged[random.Next(damaged.Length - 32)] = (byte)random.Next(256);
            }
            string path = _folder.Write("bad.safetensors", damaged);
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                foreach (TensorInfo tensor in file.Tensors.Values.Where(t => t.DataType != TensorDataType.Other))
                {
                    file.Read(tensor.Name, new float[tensor.ElementCount]);
                }
                opened++;
            }
            catch (InvalidDataException)
            {
                // What this test is about: nothing else may come out.
            }
        }
        // Another name, or a zero for a zero, does no harm; most damage does.
        Assert.InRange(opened, 1, 1500);
    }

    private void Refused(byte[] bytes, params string[] parts)
    {
        string path = _folder.Write("bad.safetensors", bytes);
        OneLine.Throws<InvalidDataException>(() => SafetensorsFile.Open(path).Dispose(), [path + ": ", .. parts]);
    }
}
