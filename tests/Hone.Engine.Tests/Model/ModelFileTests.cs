using System.Text.Json;
using Hone.Engine.Files;
using Hone.Engine.Model;
using Hone.Engine.Tests.Files;
using Hone.Engine.Tests.Testing;

namespace Hone.Engine.Tests.Model;

/// <summary>Folders in shards and in 16 bits: what is loaded, what is refused before anything is, and what is written back.</summary>
public sealed class ModelFileTests : IDisposable
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";
    private const string Down = "model.layers.1.mlp.down_proj.weight";
    private static readonly int[] Tokens = [1, 5, 7, 11, 2, 0, 3];

    private readonly TemporaryFolder _folder = new();
    private readonly KernelSet _kernels = KernelSet.OnCpu(2);

    public void Dispose()
    {
        _folder.Dispose();
        _kernels.Dispose();
    }

    public static TheoryData<string, ModelUse> ShapesAndUses =>
        new MatrixTheoryData<string, ModelUse>(TinyModels.Names, Enum.GetValues<ModelUse>());

    [Theory]
    [MemberData(nameof(ShapesAndUses))]
    public void Shards_give_the_model_of_a_single_file(string shape, ModelUse use)
    {
        using Transformer model = TinyModels.Make(shape, _kernels);
        SaveShards(model, TensorDataType.F32);
        using Transformer loaded = Load(use);
        float[] expected = ForInference.LogProbs(model, Tokens);
        Near.Exact("logProbs (n)", [expected.Length], expected, ForInference.LogProbs(loaded, Tokens), shape);
        Assert.Equal(model.Config.TiedEmbeddings, loaded.Config.TiedEmbeddings);
    }

    [Theory]
    [InlineData(ModelUse.Training)]
    [InlineData(ModelUse.Inference)]
    public void Progress_counts_every_byte_of_the_files_once(ModelUse use)
    {
        using Transformer model = TinyModels.Make("llama_biases", _kernels);
        SaveShards(model, TensorDataType.BF16);
        var reports = new List<(long Read, long All)>();
        using Transformer loaded = ModelFile.Load(
            _folder.FullPath, _kernels, use: use, progress: (read, all) => reports.Add((read, all)));
        long bytes = 2 * model.Parameters.Layout.Count;
        Assert.Equal(model.Parameters.Layout.Items.Count, reports.Count);
        Assert.All(reports, report => Assert.Equal(bytes, report.All));
        Assert.Equal(reports.Select(report => report.Read).Order(), reports.Select(report => report.Read));
        Assert.Equal(bytes, reports[^1].Read);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        SaveTiny();
        File.Delete(_folder.PathOf(Second));
        Refused<FileNotFoundException>("model.safetensors.index.json", $"'{Second}'");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2000)]
    public void A_truncated_shard_is_named(int bytes)
    {
        SaveTiny();
        using (FileStream file = File.OpenWrite(_folder.PathOf(Second)))
        {
            file.SetLength(file.Length - bytes);
        }

        Refused<InvalidDataException>(_folder.PathOf(Second), "bytes");
    }

    [Fact]
    public void A_tensor_in_another_shard_than_the_index_says_is_named()
    {
        SaveTiny();
        string index = File.ReadAllText(_folder.PathOf("model.safetensors.index.json"));
        _folder.Write("model.safetensors.index.json", index.Replace($"\"{Down}\":\"{Second}\"", $"\"{Down}\":\"{First}\"", StringComparison.Ordinal));
        Refused<InvalidDataException>("model.safetensors.index.json", $"'{Down}'", First);
    }

    [Fact]
    public void A_tensor_that_the_index_leaves_out_is_named()
    {
        SaveTiny();
        string index = File.ReadAllText(_folder.PathOf("model.safetensors.index.json"));
        _folder.Write("model.safetensors.index.json", index.Replace($"\"{Down}\":\"{Second}\",", "", StringComparison.Ordinal));
        Refused<InvalidDataException>($"'{Down}'", "a shard is missing");
    }

    [Fact]
    public void A_type_that_is_not_read_is_refused_before_anything_is()
    {
        SaveTiny();
        byte[] file = File.ReadAllBytes(_folder.PathOf(Second));
        int place = file.AsSpan().LastIndexOf("BF16"u8);
        "I16\""u8.CopyTo(file.AsSpan(place));
        file[place + 4] = (byte)' ';
        _folder.Write(Second, file);
        bool started = false;
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => ModelFile.Load(_folder.FullPath, _kernels, progress: (_, _) => started = true).Dispose());
        Assert.Contains("is I16, expected F32, F16 or BF16", error.Message, StringComparison.Ordinal);
        Assert.False(started);
    }

    [Theory]
    [InlineData(TensorDataType.F32)]
    [InlineData(TensorDataType.BF16)]
    [InlineData(TensorDataType.F16)]
    public void Weights_are_written_back_in_the_type_that_they_came_in(TensorDataType type)
    {
        SaveTiny(type);
        using Transformer model = Load(ModelUse.Training);
        Assert.Equal(type, model.StoredAs);
        foreach (ref float value in model.Parameters.All.Span)
        {
            value *= 1.0009765625f; // 1 + 2^-10: between two bfloat16 neighbours
        }

        using var saved = new TemporaryFolder();
        ModelFile.Save(saved.FullPath, model);
        using WeightFiles files = WeightFiles.Open(saved.FullPath);
        Assert.All(files.Tensors.Values, tensor => Assert.Equal(type, tensor.DataType));
        Assert.Contains(
            type switch { TensorDataType.F32 => "float32", TensorDataType.F16 => "\"float16", _ => "bfloat16" },
            File.ReadAllText(saved.PathOf("config.json")), StringComparison.Ordinal);
        foreach (ParameterInfo item in model.Parameters.Layout.Items)
        {
            float[] expected = [.. model.Parameters[item.Name].Span.ToArray().Select(value => Round(value, type))];
            float[] actual = new float[item.Length];
            files.Read(item.Name, actual);
            Near.Exact(item.Name, item.Shape, expected, actual, $"{type}");
        }
    }

    [Fact]
    public void A_type_that_is_asked_for_wins()
    {
        SaveTiny(TensorDataType.BF16);
        using Transformer model = Load(ModelUse.Training);
        using var saved = new TemporaryFolder();
        ModelFile.Save(saved.FullPath, model, TensorDataType.F32);
        using Transformer loaded = ModelFile.Load(saved.FullPath, _kernels);
        Assert.Equal(TensorDataType.F32, loaded.StoredAs);
    }

    private static float Round(float value, TensorDataType type)
    {
        switch (type)
        {
            case TensorDataType.F16:
                return (float)(Half)value;
            case TensorDataType.BF16:
                uint bits = BitConverter.SingleToUInt32Bits(value), low = bits & 0xffff, high = bits >> 16;
                bool up = low > 0x8000 || (low == 0x8000 && (high & 1) == 1);
                return BitConverter.UInt32BitsToSingle((high + (up ? 1u : 0u)) << 16);
            default:
                return value;
        }
    }

    private Transformer Load(ModelUse use) => ModelFile.Load(_folder.FullPath, _kernels, use: use);

    private void Refused<T>(params string[] parts)
        where T : Exception
    {
        foreach (ModelUse use in Enum.GetValues<ModelUse>())
        {
            OneLine.Throws<T>(() => Load(use).Dispose(), parts);
        }
    }

    private void SaveTiny(TensorDataType type = TensorDataType.BF16)
    {
        using Transformer model = TinyModels.Make("llama", _kernels);
        SaveShards(model, type);
    }

    // The tensors of the first half of the layout in one file, those of the second half in the other.
    private void SaveShards(Transformer model, TensorDataType type)
    {
        HuggingFaceConfig.Write(_folder.FullPath, model.Config, type);
        IReadOnlyList<ParameterInfo> items = model.Parameters.Layout.Items;
        var map = new Dictionary<string, string>();
        foreach ((string file, ParameterInfo[] part) in new[]
        {
            (First, items.Take(items.Count / 2).ToArray()), (Second, items.Skip(items.Count / 2).ToArray()),
        })
        {
            SafetensorsWriter.Write(_folder.PathOf(file), [.. part.Select(item => TensorToWrite.FromMemory(
                item.Name, type, [.. item.Shape.Select(size => (long)size)], model.Parameters[item.Name].Span.ToArray()))]);
            Array.ForEach(part, item => map.Add(item.Name, file));
        }

        _folder.Write(
            "model.safetensors.index.json", JsonSerializer.Serialize(new Dictionary<string, object> { ["weight_map"] = map }));
    }
}
