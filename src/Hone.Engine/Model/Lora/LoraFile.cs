using Hone.Engine.Files;

namespace Hone.Engine.Model.Lora;

/// <summary>Adapters as PEFT's folders: adapter_config.json and adapter_model.safetensors.</summary>
public static class LoraFile
{
    /// <summary>Name of the file with A and B of every adapted projection.</summary>
    public const string WeightName = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.";

    /// <summary>Whether a folder holds adapters rather than a model.</summary>
    public static bool IsAdapter(string folder) => File.Exists(Path.Combine(folder, PeftConfig.FileName));

    /// <summary>Reads the adapters of a folder.</summary>
    /// <param name="folder">An adapter folder.</param>
    /// <param name="config">The shape of the base model.</param>
    /// <param name="kernels">What computes; stays the caller's.</param>
    /// <exception cref="InvalidDataException">The files are damaged, ask for more than LoRA, or fit another model.</exception>
    public static LoraAdapters Load(string folder, TransformerConfig config, Kernels.Kernels kernels)
    {
        LoraConfig lora = PeftConfig.Read(folder).Lora;
        Check(folder, new LoraLayout(config, lora));
        var adapters = new LoraAdapters(config, lora, kernels);
        try
        {
            Read(folder, adapters.Values);
            adapters.ValuesChanged();
            return adapters;
        }
        catch
        {
            adapters.Dispose();
            throw;
        }
    }

    /// <summary>Fills values from a folder's tensors.</summary>
    /// <exception cref="FileNotFoundException">The folder has no tensors.</exception>
    /// <exception cref="InvalidDataException">They are not those that the layout asks for.</exception>
    public static void Read(string folder, LoraParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using SafetensorsFile file = Open(folder);
        Check(file, values.Layout);
        foreach (LoraModule module in values.Layout.Modules)
        {
            file.Read(NameOfA(module), values.A(module).Span);
            for (int o = 0; o < module.Outputs; o++)
            {
                file.Read(NameOfB(module), (long)o * module.Rank, values.B(module, o));
            }
        }
    }

    /// <summary>Whether a folder's tensors are those of a layout, by their header alone.</summary>
    /// <exception cref="FileNotFoundException">The folder has no tensors.</exception>
    /// <exception cref="InvalidDataException">They are not those that the layout asks for.</exception>
    public static void Check(string folder, LoraLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        using SafetensorsFile file = Open(folder);
        Check(file, layout);
    }

    /// <summary>Writes adapters in float into an existing folder; each file appears whole.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="adapters">The adapters.</param>
    /// <param name="baseModel">The name or folder of the model that they belong to.</param>
    public static void Save(string folder, LoraAdapters adapters, string baseModel)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        new PeftConfig(adapters.Config, baseModel).Write(folder);
        LoraParameters values = adapters.Values;
        IEnumerable<TensorToWrite> tensors = values.Layout.Modules.SelectMany(module => (TensorToWrite[])
        [
            new(
                NameOfA(module), TensorDataType.F32, [module.Rank, module.Inputs],
                (offset, count) => values.A(module).Slice(offset, count).Span),
            TensorToWrite.FromMemory(
                NameOfB(module), TensorDataType.F32, [module.Outputs, module.Rank], values.CopyOfB(module)),
        ]);
        SafetensorsWriter.Write(Path.Combine(folder, WeightName), [.. tensors]);
    }

    private static string NameOfA(LoraModule module) => $"{Prefix}{module.Name}.lora_A.weight";

    private static string NameOfB(LoraModule module) => $"{Prefix}{module.Name}.lora_B.weight";

    private static SafetensorsFile Open(string folder)
    {
        string path = Path.Combine(folder, WeightName);
        return File.Exists(path)
            ? SafetensorsFile.Open(path)
            : throw new FileNotFoundException(
                $"{path}: no such file, expected it beside {PeftConfig.FileName}. Hint: save adapters as safetensors.", path);
    }

    private static void Check(SafetensorsFile file, LoraLayout layout)
    {
        var expected = new HashSet<string>();
        foreach (LoraModule module in layout.Modules)
        {
            Check(file, NameOfA(module), module.Rank, module.Inputs);
            Check(file, NameOfB(module), module.Outputs, module.Rank);
            expected.Add(NameOfA(module));
            expected.Add(NameOfB(module));
        }

        string? extra = file.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !expected.Contains(name));
        if (extra is not null)
        {
            throw BadFile.Error(
                file.Path, $"tensor {BadFile.Quote(extra)} is none that {PeftConfig.FileName} asks for, expected only lora_A and "
                + "lora_B of its target_modules",
                "DoRA, trained heads and embeddings are not supported; or the base model has fewer layers");
        }
    }

    private static void Check(SafetensorsFile file, string name, int rows, int columns)
    {
        string found = file.Tensors.TryGetValue(name, out TensorInfo? tensor) ? tensor.ShapeText : "not there";
        if (tensor is null || !tensor.Shape.SequenceEqual([rows, columns]))
        {
            throw BadFile.Error(
                file.Path, $"tensor {BadFile.Quote(name)} is {found}, expected ({rows}, {columns})",
                "the adapter belongs to another base model or rank");
        }
    }
}
