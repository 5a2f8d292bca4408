using Hone.Engine.Files;

namespace Hone.Engine.Tests.Files;

public sealed class WeightFilesTests : IDisposable
{
    private const string IndexName = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_single_file_opens()
    {
        WriteShard("model.safetensors", "a", 1f);
        using WeightFiles weights = WeightFiles.Open(_folder.FullPath);
        Assert.Equal(["a"], weights.Tensors.Keys);
        Assert.Equal(1f, ReadOne(weights, "a"));
        Assert.Equal(_folder.PathOf("model.safetensors"), weights.PathOf("a"));
        OneLine.Throws<InvalidDataException>(() => ReadOne(weights, "b"), "'b'");
    }

    [Fact]
    public void Shards_open_as_one()
    {
        WriteShard("one.safetensors", "a", 1f);
        WriteShard("two.safetensors", "b", 2f);
        WriteIndex("\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"");
        using WeightFiles weights = WeightFiles.Open(_folder.FullPath);
        Assert.Equal(["a", "b"], weights.Tensors.Keys.Order());
        Assert.Equal((1f, 2f), (ReadOne(weights, "a"), ReadOne(weights, "b")));
        float[] none = [];
        weights.Read("b", 1, none);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        WriteShard("one.safetensors", "a", 1f);
        WriteIndex("\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"");
        OneLine.Throws<FileNotFoundException>(Open, IndexName, "'two.safetensors'");
    }

    [Fact]
    public void A_shard_without_its_tensor_is_named()
    {
        WriteShard("one.safetensors", "a", 1f);
        WriteIndex("\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"");
        OneLine.Throws<InvalidDataException>(Open, IndexName, "'b'", "one.safetensors");
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("sub/x.safetensors")]
    [InlineData("..\\\\x.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("C:x.safetensors")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\\u0000b")]
    public void Names_that_leave_the_folder_are_refused(string name)
    {
        WriteIndex($"\"a\":\"{name}\"");
        OneLine.Throws<InvalidDataException>(Open, IndexName, "plain name");
    }

    [Theory]
    [InlineData("{}", "weight_map")]
    [InlineData("{\"weight_map\":[]}", "expected an object")]
    [InlineData("{\"weight_map\":{\"a\":1}}", "expected a string")]
    [InlineData("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "a")]
    [InlineData("{\"weight_map\":", "not valid JSON")]
    public void A_bad_index_is_refused(string json, string part)
    {
        _folder.Write(IndexName, json);
        OneLine.Throws<InvalidDataException>(Open, IndexName, part);
    }

    [Fact]
    public void A_folder_without_weights_says_what_is_missing()
    {
        OneLine.Throws<FileNotFoundException>(Open, "model.safetensors", IndexName);
        OneLine.Throws<DirectoryNotFoundException>(() => WeightFiles.Open(_folder.PathOf("no")).Dispose(), "no such folder");
        string file = _folder.Write("plain", "");
        OneLine.Throws<DirectoryNotFoundException>(() => WeightFiles.Open(file).Dispose(), "expected a folder");
    }

    private void Open()
    {
        WeightFiles.Open(_folder.FullPath).Dispose();
    }

    private static float ReadOne(WeightFiles weights, string name)
    {
        float[] value = new float[1];
        weights.Read(name, value);
        return value[0];
    }

    private void WriteShard(string file, string tensor, float value)
    {
        SafetensorsWriter.Write(
            _folder.PathOf(file), [TensorToWrite.FromMemory(tensor, TensorDataType.F32, [1], new[] { value })]);
    }

    private void WriteIndex(string map)
    {
        _folder.Write(IndexName, "{\"metadata\":{\"total_size\":8},\"weight_map\":{" + map + "}}");
    }
}
