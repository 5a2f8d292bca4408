namespace Hone.Engine.Files;

/// <summary>How a tensor's elements lie on disk.</summary>
public enum TensorDataType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>
    /// A type that safetensors knows and the engine does not read (integers, F64, 8-bit floats, ...).
    /// </summary>
    Other,
}
