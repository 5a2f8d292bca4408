using System.Collections.Frozen;

namespace Hone.Engine.Files;

/// <summary>The weights of a model folder, in one safetensors file or in shards, behind one set of names.</summary>
public sealed class WeightFiles : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly SafetensorsFile[] _files;
    private readonly FrozenDictionary<string, SafetensorsFile> _fileOf;

    private WeightFiles(string folder, SafetensorsFile[] files, Dictionary<string, SafetensorsFile> fileOf)
    {
        Folder = folder;
        _files = files;
        _fileOf = fileOf.ToFrozenDictionary();
        Tensors = fileOf.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Tensors[pair.Key]);
    }

    /// <summary>The model folder.</summary>
    public string Folder { get; }

    /// <summary>The tensors by name, over all shards.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens `model.safetensors`, or else the shards that `model.safetensors.index.json` lists.</summary>
    /// <param name="folder">A model folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder has no weights, or a shard is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the index and the shards disagree.</exception>
    public static WeightFiles Open(string folder)
    {
        ModelFolder.MustExist(folder);
        string single = Path.Combine(folder, SingleName);
        if (File.Exists(single))
        {
            SafetensorsFile file = SafetensorsFile.Open(single);
            return new WeightFiles(folder, [file], file.Tensors.Keys.ToDictionary(name => name, _ => file));
        }
        string index = Path.Combine(folder, IndexName);
        if (!File.Exists(index))
        {
            throw new FileNotFoundException(
                $"{folder}: no weights, expected {SingleName} or {IndexName}. "
                + "Hint: other weight formats must first be saved as safetensors.",
                single);
        }
        return OpenShards(folder, index);
    }

    /// <summary>Reads a whole tensor as floats; overwrites <paramref name="destination"/>.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="destination">As many elements as the tensor has.</param>
    /// <exception cref="InvalidDataException">No such tensor, or a type that is not F32, F16 or BF16.</exception>
    public void Read(string name, Span<float> destination)
    {
        FileOf(name).Read(name, destination);
    }

    /// <summary>Reads part of a tensor as floats; overwrites <paramref name="destination"/>.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="elementOffset">First element to read, in row-major order.</param>
    /// <param name="destination">Its length says how many elements are read.</param>
    /// <exception cref="InvalidDataException">No such tensor, or a type that is not F32, F16 or BF16.</exception>
    public void Read(string name, long elementOffset, Span<float> destination)
    {
        FileOf(name).Read(name, elementOffset, destination);
    }

    /// <summary>A reader of one tensor, for those who read it in many parts.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="InvalidDataException">No such tensor, or a type that is not F32, F16 or BF16.</exception>
    public TensorValues Values(string name) => FileOf(name).Values(name);

    /// <summary>Takes a tensor's pages out of the process's memory; see <see cref="SafetensorsFile.Release"/>.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="InvalidDataException">No such tensor.</exception>
    public void Release(string name) => FileOf(name).Release(name);

    /// <summary>Path of the file that holds a tensor, for messages.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="InvalidDataException">No such tensor.</exception>
    public string PathOf(string name)
    {
        return FileOf(name).Path;
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile FileOf(string name)
    {
        return _fileOf.TryGetValue(name, out SafetensorsFile? file)
            ? file
            : throw BadFile.Error(
                Folder, $"no tensor {BadFile.Quote(name)}, expected one of {Tensors.Count} others",
                "check that the weights belong to the architecture in config.json");
    }

    private static WeightFiles OpenShards(string folder, string index)
    {
        byte[] json = JsonFile.ReadBytes(index, "give a model folder");
        List<(string Tensor, string File)> entries = JsonFile.Parse(index, json, ReadIndex);
        var files = new Dictionary<string, SafetensorsFile>();
        try
        {
            var fileOf = new Dictionary<string, SafetensorsFile>();
            foreach ((string tensor, string name) in entries)
            {
                if (!files.TryGetValue(name, out SafetensorsFile? file))
                {
                    file = OpenShard(folder, index, name);
                    files.Add(name, file);
                }
                if (!file.Tensors.ContainsKey(tensor))
                {
                    throw BadFile.Error(
                        index, $"tensor {BadFile.Quote(tensor)} is not in {BadFile.Quote(name)}, expected it there",
                        "index and shards must come from one download");
                }
                fileOf.Add(tensor, file);
            }
            return new WeightFiles(folder, [.. files.Values], fileOf);
        }
        catch
        {
            foreach (SafetensorsFile file in files.Values)
            {
                file.Dispose();
            }
            throw;
        }
    }

    private static List<(string Tensor, string File)> ReadIndex(JsonField root)
    {
        var entries = new List<(string, string)>();
        foreach ((string tensor, JsonField value) in root.Get("weight_map").Members())
        {
            string name = value.Text();
            // An index comes from elsewhere: it may only name files beside it.
            if (name.AsSpan().IndexOfAny("/\\:\0") >= 0 || name is "" or "." or "..")
            {
                throw value.Wrong("the plain name of a file beside the index");
            }
            entries.Add((tensor, name));
        }
        return entries;
    }

    private static SafetensorsFile OpenShard(string folder, string index, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path)
            ? SafetensorsFile.Open(path)
            : throw new FileNotFoundException(
                $"{index}: shard {BadFile.Quote(name)} is missing, expected it beside the index. "
                + "Hint: fetch the model again.",
                path);
    }
}
