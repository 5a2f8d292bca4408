using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Engine.Files;
using Hone.Engine.Tokenization;

namespace Hone.Engine.Model.Lora;

/// <summary>Writes a base model and its adapters as one plain model folder, tensor by tensor: no model is ever held whole.</summary>
public static class LoraMergedFolder
{
    private const int BlockElements = 1 << 16;

    /// <summary>Writes the folder under a temporary name, then renames it.</summary>
    /// <param name="baseFolder">The base model.</param>
    /// <param name="adapterFolder">Its adapters.</param>
    /// <param name="output">The folder to make.</param>
    /// <param name="dataType">The type of all weights; null keeps each tensor's own.</param>
    /// <returns>The projections that were changed.</returns>
    /// <exception cref="InvalidDataException">The two do not belong together, or files are damaged.</exception>
    public static int Write(string baseFolder, string adapterFolder, string output, TensorDataType? dataType)
    {
        PeftConfig adapter = PeftConfig.Read(adapterFolder);
        var layout = new LoraLayout(HuggingFaceConfig.Read(baseFolder), adapter.Lora);
        LoraFile.Check(adapterFolder, layout);
        using var values = new LoraParameters(layout);
        LoraFile.Read(adapterFolder, values);
        using WeightFiles files = WeightFiles.Open(baseFolder);
        Dictionary<string, LoraModule> modules = values.Layout.Modules.ToDictionary(module => module.Name + ".weight");
        foreach ((string name, LoraModule module) in modules)
        {
            Check(files, name, module);
        }

        string temporary = output + ".tmp";
        if (Directory.Exists(temporary))
        {
            Directory.Delete(temporary, recursive: true);
        }

        Directory.CreateDirectory(temporary);
        try
        {
            CopyConfig(baseFolder, temporary, dataType);
            Copy(baseFolder, temporary, HuggingFaceConfig.GenerationFileName);

            // Adapters may bring a tokenizer and a chat template of their own, which then are the model's.
            bool own = File.Exists(Path.Combine(adapterFolder, TokenizerFile.FileName));
            Copy(own ? adapterFolder : baseFolder, temporary, TokenizerFile.Companions);

            float[] block = new float[BlockElements];
            SafetensorsWriter.Write(
                Path.Combine(temporary, ModelFile.WeightName),
                [.. files.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).Select(
                    tensor => Merged(files, tensor, modules.GetValueOrDefault(tensor.Name), values, dataType, block))]);
            Directory.Move(temporary, output);
        }
        catch (Exception error)
        {
            Directory.Delete(temporary, recursive: true);

            // The system's own errors of copying and renaming name no file.
            if (error.GetType() == typeof(IOException) && !error.Message.Contains("Hint:", StringComparison.Ordinal))
            {
                throw new IOException(
                    $"{output}: cannot be written ({error.Message.TrimEnd('.')}). Hint: check its disk and the free space.", error);
            }

            throw;
        }

        return modules.Count;
    }

    private static void Copy(string from, string to, params IEnumerable<string> names)
    {
        foreach (string name in names.Where(name => File.Exists(Path.Combine(from, name))))
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name));
        }
    }

    private static TensorToWrite Merged(
        WeightFiles files, TensorInfo tensor, LoraModule? module, LoraParameters values, TensorDataType? dataType, float[] block) =>
        new(tensor.Name, dataType ?? tensor.DataType, tensor.Shape, (offset, count) =>
        {
            Span<float> part = block.AsSpan(0, count);
            files.Read(tensor.Name, offset, part);
            if (module is not null)
            {
                LoraMerge.Add(values, module, offset, part);
            }

            return part;
        });

    private static void Check(WeightFiles files, string name, LoraModule module)
    {
        if (!files.Tensors.TryGetValue(name, out TensorInfo? tensor) || !tensor.Shape.SequenceEqual([module.Outputs, module.Inputs]))
        {
            throw BadFile.Error(
                files.Folder,
                $"tensor {BadFile.Quote(name)} is {tensor?.ShapeText ?? "not there"}, expected ({module.Outputs}, {module.Inputs})",
                "the weights belong to another configuration");
        }

        if (tensor.DataType == TensorDataType.Other)
        {
            throw BadFile.Error(
                files.PathOf(name), $"tensor {BadFile.Quote(name)} is {tensor.TypeName}, expected F32, F16 or BF16",
                "use the unquantised weights of the model");
        }
    }

    // As it is, so that nothing is lost that this program does not know; only the type of the weights may be another.
    private static void CopyConfig(string from, string to, TensorDataType? dataType)
    {
        string source = Path.Combine(from, HuggingFaceConfig.FileName), target = Path.Combine(to, HuggingFaceConfig.FileName);
        if (dataType is not { } type)
        {
            File.Copy(source, target);
            return;
        }

        using FileStream file = File.OpenRead(source);
        JsonObject config = JsonNode.Parse(file)!.AsObject();
        config[config.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = ConfigWriter.NameOf(type);
        var indented = new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" };
        File.WriteAllText(target, config.ToJsonString(indented) + "\n");
    }
}
