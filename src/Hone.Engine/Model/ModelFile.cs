using Hone.Engine.Files;
using Hone.Engine.Kernels;

namespace Hone.Engine.Model;

/// <summary>Models as Hugging Face folders: config.json, weights in safetensors, generation_config.json.</summary>
public static class ModelFile
{
    internal const string WeightName = "model.safetensors";
    private const string HeadName = "lm_head.weight";

    /// <summary>Reads a folder's configuration and weights.</summary>
    /// <exception cref="InvalidDataException">The files are damaged, or the tensors are not those of the configuration.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static Transformer Load(
        string folder, Kernels.Kernels kernels, WeightFormat format = WeightFormat.F32)
    {
        TransformerConfig config = HuggingFaceConfig.Read(folder);
        using WeightFiles files = WeightFiles.Open(folder);
        CheckShapes(new ParameterLayout(config), config, files);
        var model = new Transformer(config, kernels, format);
        try
        {
            foreach (ParameterInfo item in model.Parameters.Layout.Items)
            {
                files.Read(item.Name, model.Parameters[item.Name].Span);
            }

            model.WeightsChanged();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes configuration and weights into an existing folder; each file appears whole.</summary>
    public static void Save(string folder, Transformer model, TensorDataType dataType = TensorDataType.F32)
    {
        ArgumentNullException.ThrowIfNull(model);
        HuggingFaceConfig.Write(folder, model.Config, dataType);
        IEnumerable<TensorToWrite> tensors = model.Parameters.Layout.Items.Select(item => new TensorToWrite(
            item.Name, dataType, [.. item.Shape.Select(size => (long)size)],
            (offset, count) => model.Parameters[item.Name].Slice(offset, count).Span));
        SafetensorsWriter.Write(Path.Combine(folder, WeightName), [.. tensors]);
    }

    private static void CheckShapes(ParameterLayout layout, TransformerConfig config, WeightFiles files)
    {
        var expected = new HashSet<string>();
        foreach (ParameterInfo item in layout.Items)
        {
            expected.Add(item.Name);
            if (!files.Tensors.TryGetValue(item.Name, out TensorInfo? found))
            {
                throw new InvalidDataException(
                    $"{files.Folder}: there is no tensor '{item.Name}' {Text(item.Shape)}, which config.json asks for. "
                    + "Hint: the weights belong to another configuration, or a shard is missing.");
            }

            if (!found.Shape.SequenceEqual(item.Shape.Select(size => (long)size)))
            {
                throw new InvalidDataException(
                    $"{files.PathOf(item.Name)}: tensor '{item.Name}' is {found.ShapeText}, expected {Text(item.Shape)}. "
                    + $"Hint: config.json says hidden_size {config.HiddenSize}, {config.Heads} heads of {config.HeadSize}, "
                    + $"{config.KeyValueHeads} key/value heads, intermediate_size {config.IntermediateSize}, "
                    + $"vocab_size {config.VocabularySize}.");
            }
        }

        // Some trainers save the head of a tied model too; it is the embedding again. Rotary tables are computed, not read.
        string? extra = files.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name =>
            !expected.Contains(name) && !(config.TiedEmbeddings && name == HeadName)
            && !name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal));
        if (extra is not null)
        {
            throw new InvalidDataException(
                $"{files.PathOf(extra)}: tensor '{extra}' has no place in the model that config.json describes. "
                + "Hint: the weights belong to another architecture or to more layers.");
        }
    }

    private static string Text(int[] shape) => $"({string.Join(", ", shape)})";
}
