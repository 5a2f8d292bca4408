using Hone.Engine.Files;
using Hone.Engine.Kernels;

namespace Hone.Engine.Model;

/// <summary>Models as Hugging Face folders: config.json, weights in safetensors, generation_config.json.</summary>
public static class ModelFile
{
    internal const string WeightName = "model.safetensors";
    private const string HeadName = "lm_head.weight";

    /// <summary>
    /// Reads a folder's configuration and weights. Every tensor's place, shape and type is checked before the first is read.
    /// </summary>
    /// <param name="folder">A Hugging Face folder; the weights in one file or in shards.</param>
    /// <param name="kernels">What computes; stays the caller's.</param>
    /// <param name="format">How products see the weights.</param>
    /// <param name="use">For inference the matrices are packed from the files directly, one copy in all.</param>
    /// <param name="progress">Told after each tensor how many bytes of the files are read, and of how many.</param>
    /// <exception cref="InvalidDataException">The files are damaged, or the tensors are not those of the configuration.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static Transformer Load(
        string folder, Kernels.Kernels kernels, WeightFormat format = WeightFormat.F32, ModelUse use = ModelUse.Training,
        Action<long, long>? progress = null)
    {
        TransformerConfig config = HuggingFaceConfig.Read(folder);
        using WeightFiles files = WeightFiles.Open(folder);
        if (Disagreements(config, folder, files.Tensors, files.PathOf).FirstOrDefault() is { Message: { } message })
        {
            throw new InvalidDataException(message);
        }

        var layout = new ParameterLayout(config);
        Dictionary<string, TensorValues> values = layout.Items.ToDictionary(item => item.Name, item => files.Values(item.Name));
        long read = 0, all = layout.Items.Sum(item => Bytes(files.Tensors[item.Name]));
        var model = new Transformer(config, kernels, format, use) { StoredAs = MostlyStoredAs(layout, files) };
        try
        {
            model.Fill(item => values[item.Name], item =>
            {
                files.Release(item.Name);
                read += Bytes(files.Tensors[item.Name]);
                progress?.Invoke(read, all);
            });
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
                $"{pathOf(extra)}: tensor {BadFile.Quote(extra)} has no place in the model that config.json describes. "
                + "Hint: the weights belong to another architecture or to more layers.");
        }
    }

    /// <summary>Writes configuration and weights into an existing folder; each file appears whole.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">A model for training.</param>
    /// <param name="dataType">The type in the file, to which values round to nearest even; where not given, the model's own.</param>
    /// <exception cref="InvalidOperationException">The model is for inference.</exception>
    public static void Save(string folder, Transformer model, TensorDataType? dataType = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Use != ModelUse.Training)
        {
            throw new InvalidOperationException("A model for inference holds no matrices to save. Load it for training.");
        }

        TensorDataType type = dataType ?? model.StoredAs;
        HuggingFaceConfig.Write(folder, model.Config, type);
        IEnumerable<TensorToWrite> tensors = model.Parameters.Layout.Items.Select(item => new TensorToWrite(
            item.Name, type, [.. item.Shape.Select(size => (long)size)],
            (offset, count) => model.Parameters[item.Name].Slice(offset, count).Span));
        SafetensorsWriter.Write(Path.Combine(folder, WeightName), [.. tensors]);
    }

    private static long Bytes(TensorInfo tensor) => tensor.End - tensor.Begin;

    // Some folders keep norms in F32 beside matrices of 16 bits.
    private static TensorDataType MostlyStoredAs(ParameterLayout layout, WeightFiles files) => layout.Items
        .GroupBy(item => files.Tensors[item.Name].DataType, item => item.Length)
        .MaxBy(type => type.Sum())!.Key;

    private static string Text(int[] shape) => $"({string.Join(", ", shape)})";
}
