using Hone.Engine.Files;
using Hone.Engine.Kernels;

namespace Hone.Engine.Model;

/// <summary>Models as Hugging Face folders: config.json, weights in safetensors, generation_config.json.</summary>
public static class ModelFile
{
    private const string WeightName = "model.safetensors";
    private const string HeadName = "lm_head.weight";

    /// <summary>Reads a folder's configuration and weights.</summary>
    /// <exception cref="InvalidDataException">The files are damaged, or the tensors are not those of the configuration.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static Transformer Load(
        string folder, Kernels.Kernels kernels, WeightFormat format = WeightFormat.F32)
    {
        TransformerConfig config = HuggingFaceConfig.Read(folder);
        using WeightFiles files = WeightFiles.Open(folder);
        if (Disagreements(config, folder, files.Tensors, files.PathOf).FirstOrDefault() is { Message: { } message })
        {
            throw new InvalidDataException(message);
        }

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

    /// <summary>Every way in which tensors differ from what a configuration asks for, in one line each.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="folder">The model folder, for messages.</param>
    /// <param name="tensors">The tensors by name; only names and shapes are looked at.</param>
    /// <param name="pathOf">The file of a tensor, for messages.</param>
    public static IEnumerable<(string Tensor, string Message)> Disagreements(
        TransformerConfig config, string folder, IReadOnlyDictionary<string, TensorInfo> tensors, Func<string, string> pathOf)
    {
        var expected = new HashSet<string>();
        foreach (ParameterInfo item in new ParameterLayout(config).Items)
        {
            expected.Add(item.Name);
            if (!tensors.TryGetValue(item.Name, out TensorInfo? found))
            {
                yield return (item.Name,
                    $"{folder}: there is no tensor '{item.Name}' {Text(item.Shape)}, which config.json asks for. "
                    + "Hint: the weights belong to another configuration, or a shard is missing.");
            }
            else if (!found.Shape.SequenceEqual(item.Shape.Select(size => (long)size)))
            {
                yield return (item.Name,
                    $"{pathOf(item.Name)}: tensor '{item.Name}' is {found.ShapeText}, expected {Text(item.Shape)}. "
                    + $"Hint: config.json says hidden_size {config.HiddenSize}, {config.Heads} heads of {config.HeadSize}, "
                    + $"{config.KeyValueHeads} key/value heads, intermediate_size {config.IntermediateSize}, "
                    + $"vocab_size {config.VocabularySize}.");
            }
        }

        // Some trainers save the head of a tied model too; it is the embedding again. Rotary tables are computed, not read.
        foreach (string extra in tensors.Keys.Order(StringComparer.Ordinal).Where(name =>
            !expected.Contains(name) && !(config.TiedEmbeddings && name == HeadName)
            && !name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)))
        {
            yield return (extra,
                $"{pathOf(extra)}: tensor '{extra}' has no place in the model that config.json describes. "
                + "Hint: the weights belong to another architecture or to more layers.");
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

    private static string Text(int[] shape) => $"({string.Join(", ", shape)})";
}
