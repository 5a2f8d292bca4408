using System.IO.MemoryMappedFiles;
using Hone.Engine.Memory;

namespace Hone.Engine.Files;

/// <summary>A safetensors file, mapped into memory and read tensor by tensor as floats.</summary>
/// <remarks>Safe for concurrent reads. Do not read after <see cref="Dispose"/>.</remarks>
/// <example>
/// <code>
/// using SafetensorsFile file = SafetensorsFile.Open("model.safetensors");
/// float[] norm = new float[file.Tensors["model.norm.weight"].ElementCount];
/// file.Read("model.norm.weight", norm);
/// </code>
/// </example>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _data;
    private bool _disposed;

    private SafetensorsFile(string path, FileStream stream)
    {
        Path = path;
        SafetensorsHeader.Content header = SafetensorsHeader.Read(path, stream);
        Tensors = header.Tensors;
        Metadata = header.Metadata;
        _map = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _data = start + _view.PointerOffset + header.DataStart;
    }

    /// <summary>Path the file was opened by.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>The strings of `__metadata__`; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Opens a file and checks its whole header; tensor data is read from the disk only when asked for.
    /// </summary>
    /// <param name="path">A `.safetensors` file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The header is not sound; the message says where.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: no such file. Hint: give the path of a .safetensors file.", path);
        }
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new SafetensorsFile(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole tensor, converted to floats; overwrites <paramref name="destination"/>.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="destination">As many elements as the tensor has.</param>
    /// <exception cref="InvalidDataException">No such tensor, or a type that is not F32, F16 or BF16.</exception>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Read(string name, Span<float> destination)
    {
        TensorInfo tensor = Find(name);
        if (tensor.ElementCount != destination.Length)
        {
            throw new ArgumentException(
                $"The destination has {destination.Length} elements, '{name}' has {tensor.ElementCount}.",
                nameof(destination));
        }
        Convert(tensor, 0, destination);
    }

    /// <summary>Reads part of a tensor, converted to floats; overwrites <paramref name="destination"/>.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="elementOffset">First element to read, in row-major order.</param>
    /// <param name="destination">Its length says how many elements are read.</param>
    /// <exception cref="InvalidDataException">No such tensor, or a type that is not F32, F16 or BF16.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    public void Read(string name, long elementOffset, Span<float> destination)
    {
        Read(Find(name), elementOffset, destination);
    }

    /// <summary>A reader of one tensor, for those who read it in many parts.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="InvalidDataException">No such tensor, or a type that is not F32, F16 or BF16.</exception>
    public TensorValues Values(string name)
    {
        TensorInfo tensor = Find(name);
        CheckType(tensor);
        return (offset, values) => Read(tensor, offset, values);
    }

    /// <summary>
    /// Takes a tensor's pages out of the process's memory; a later read brings them back. Read pages of a mapped file count
    /// as the process's own until then.
    /// </summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="InvalidDataException">No such tensor.</exception>
    public void Release(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        TensorInfo tensor = Find(name);
        MemoryAdvice.Drop(_data + tensor.Begin, (nuint)(tensor.End - tensor.Begin));
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map!.Dispose();
        }
    }

    private void Read(TensorInfo tensor, long elementOffset, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementOffset, tensor.ElementCount - destination.Length);
        Convert(tensor, elementOffset, destination);
    }

    private TensorInfo Find(string name)
    {
        return Tensors.TryGetValue(name, out TensorInfo? tensor)
            ? tensor
            : throw BadFile.Error(
                Path, $"no tensor {BadFile.Quote(name)}, expected one of {Tensors.Count} others",
                "check that the weights belong to the architecture in config.json");
    }

    private void Convert(TensorInfo tensor, long offset, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckType(tensor);
        byte* source = _data + tensor.Begin;
        switch (tensor.DataType)
        {
            case TensorDataType.F32:
                // An odd header length leaves the floats unaligned, so the bytes are copied, not viewed as floats.
                fixed (float* target = destination)
                {
                    long bytes = destination.Length * 4L;
                    Buffer.MemoryCopy(source + (offset * 4), target, bytes, bytes);
                }
                break;
            case TensorDataType.F16:
                NumberFormats.HalfToFloat((ushort*)source + offset, destination);
                break;
            case TensorDataType.BF16:
            default:
                NumberFormats.BFloatToFloat((ushort*)source + offset, destination);
                break;
        }
    }

    private void CheckType(TensorInfo tensor)
    {
        if (tensor.DataType == TensorDataType.Other)
        {
            throw BadFile.Error(
                Path, $"tensor {BadFile.Quote(tensor.Name)} is {tensor.TypeName}, expected F32, F16 or BF16",
                "use the unquantised weights of the model");
        }
    }
}
