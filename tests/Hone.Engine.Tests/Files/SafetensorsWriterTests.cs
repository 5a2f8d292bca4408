using System.Buffers.Binary;
using Hone.Engine.Files;

namespace Hone.Engine.Tests.Files;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.PathOf("model.safetensors");

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Floats_come_back_bit_for_bit()
    {
        float[] values =
        [
            0f, -0f, 1f, float.NaN, BitConverter.UInt32BitsToSingle(0xffc12345), float.PositiveInfinity,
            float.NegativeInfinity, float.Epsilon, float.MaxValue, .. RandomFloats(100_000, seed: 1),
        ];
        float[] read = RoundTrip(TensorDataType.F32, values);
        Assert.Equal(values.Select(BitConverter.SingleToUInt32Bits), read.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Every_bfloat16_reads_as_its_float_and_writes_back()
    {
        // Signalling NaNs turn quiet; everything else keeps its bits.
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        float[] floats = [.. all.Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))];
        ushort[] expected = [.. all.Select(bits => (ushort)((bits & 0x7fff) > 0x7f80 ? bits | 0x40 : bits))];
        float[] read = RoundTrip(TensorDataType.BF16, floats);
        Assert.Equal(expected, read.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)));
        Assert.All(read, value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value) & 0xffff));
    }

    [Fact]
    public void Every_half_reads_as_its_float_and_writes_back()
    {
        Half[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        float[] floats = [.. all.Select(value => (float)value)];
        float[] read = RoundTrip(TensorDataType.F16, floats);
        for (int i = 0; i < all.Length; i++)
        {
            if (Half.IsNaN(all[i]))
            {
                Assert.True(float.IsNaN(read[i]));
            }
            else
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits(floats[i]), BitConverter.SingleToUInt32Bits(read[i]));
            }
        }
    }

    [Theory]
    // Halfway cases go to the even neighbour; the kept part is 0x3f80 (even) or 0x3f81 (odd).
    [InlineData(0x3f808000u, 0x3f80)]
    [InlineData(0x3f808001u, 0x3f81)]
    [InlineData(0x3f807fffu, 0x3f80)]
    [InlineData(0x3f818000u, 0x3f82)]
    [InlineData(0xbf818000u, 0xbf82)]
    // The largest float is nearer to the next power of two, which is infinity.
    [InlineData(0x7f7fffffu, 0x7f80)]
    [InlineData(0x7f7f7fffu, 0x7f7f)]
    // Subnormals round like all others.
    [InlineData(0x00008000u, 0x0000)]
    [InlineData(0x00008001u, 0x0001)]
    [InlineData(0x00018000u, 0x0002)]
    // NaNs whose payload is only in the cut half must not become infinity, nor wrap to zero.
    [InlineData(0x7f800001u, 0x7fc0)]
    [InlineData(0xffffffffu, 0xffff)]
    public void Bfloat16_rounds_to_nearest_even(uint bits, int expected)
    {
        // Sixteen copies take the vector path, one more the tail.
        float[] read = RoundTrip(TensorDataType.BF16, [.. Enumerable.Repeat(BitConverter.UInt32BitsToSingle(bits), 17)]);
        Assert.All(read, value => Assert.Equal((uint)expected << 16, BitConverter.SingleToUInt32Bits(value)));
    }

    [Theory]
    [InlineData(2049f, 2048f)]
    [InlineData(2051f, 2052f)]
    [InlineData(65519.996f, 65504f)]
    [InlineData(65520f, float.PositiveInfinity)]
    [InlineData(-1e30f, float.NegativeInfinity)]
    [InlineData(5.9604645e-8f, 5.9604645e-8f)]
    [InlineData(2.9802322e-8f, 0f)]
    [InlineData(2.9802326e-8f, 5.9604645e-8f)]
    [InlineData(8.940697e-8f, 1.1920929e-7f)]
    public void Half_rounds_to_nearest_even(float value, float expected)
    {
        Assert.All(RoundTrip(TensorDataType.F16, [.. Enumerable.Repeat(value, 17)]), read => Assert.Equal(expected, read));
    }

    [Fact]
    public void The_header_is_padded_with_spaces_and_says_pt()
    {
        for (int length = 1; length <= 8; length++)
        {
            SafetensorsWriter.Write(
                FilePath, [TensorToWrite.FromMemory(new string('x', length), TensorDataType.F32, [1], new float[1])],
                new Dictionary<string, string> { ["step"] = "100" });
            byte[] bytes = File.ReadAllBytes(FilePath);
            Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8);
            Assert.Equal((byte)'{', bytes[8]);
            using SafetensorsFile file = SafetensorsFile.Open(FilePath);
            Assert.Equal(("pt", "100"), (file.Metadata["format"], file.Metadata["step"]));
        }
    }

    [Fact]
    public void Wide_types_come_first_and_blocks_join()
    {
        float[] big = RandomFloats(200_001, seed: 2);
        SafetensorsWriter.Write(
            FilePath,
            [
                TensorToWrite.FromMemory("odd", TensorDataType.BF16, [3], new float[] { 1, 2, 3 }),
                TensorToWrite.FromMemory("big", TensorDataType.F32, [3, 66_667], big),
                TensorToWrite.FromMemory("empty", TensorDataType.F16, [0, 4], ReadOnlyMemory<float>.Empty),
            ]);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        Assert.Equal(0, file.Tensors["big"].Begin);
        Assert.Equal([3L, 66_667L], file.Tensors["big"].Shape);
        float[] read = new float[big.Length];
        file.Read("big", read);
        Assert.Equal(big, read);
        float[] odd = new float[3];
        file.Read("odd", odd);
        Assert.Equal([1f, 2f, 3f], odd);
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        _folder.Write("model.safetensors", "old");
        var broken = new TensorToWrite("a", TensorDataType.F32, [100_000], (offset, count)
            => offset == 0 ? new float[count] : throw new IOException("source failed"));
        Assert.Throws<IOException>(() => SafetensorsWriter.Write(FilePath, [broken]));
        Assert.Equal("old", File.ReadAllText(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void Requests_that_make_no_sound_file_are_refused()
    {
        TensorToWrite one = TensorToWrite.FromMemory("a", TensorDataType.F32, [1], new float[1]);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [one, one]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [one with { Name = "__metadata__" }]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [one with { DataType = TensorDataType.Other }]));
        Assert.Throws<ArgumentException>(() => TensorToWrite.FromMemory("a", TensorDataType.F32, [2], new float[1]));
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    private float[] RoundTrip(TensorDataType type, float[] values)
    {
        SafetensorsWriter.Write(FilePath, [TensorToWrite.FromMemory("a", type, [values.Length], values)]);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        Assert.Equal(type, file.Tensors["a"].DataType);
        float[] read = new float[values.Length];
        file.Read("a", read);
        return read;
    }

    private static float[] RandomFloats(int count, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            float value = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            values[i] = float.IsNaN(value) ? 0.5f : value;
        }
        return values;
    }
}
