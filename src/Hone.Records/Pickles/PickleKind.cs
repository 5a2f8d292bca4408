namespace Hone.Records.Pickles;

/// <summary>What a value of a pickle is.</summary>
public enum PickleKind
{
    /// <summary>Python's None.</summary>
    None,

    /// <summary>True or False.</summary>
    Bool,

    /// <summary>A whole number of up to 64 bits.</summary>
    Whole,

    /// <summary>A whole number of more than 64 bits.</summary>
    BigWhole,

    /// <summary>A floating-point number of 64 bits.</summary>
    Real,

    /// <summary>A string.</summary>
    Text,

    /// <summary>bytes or bytearray.</summary>
    Bytes,

    /// <summary>A list.</summary>
    List,

    /// <summary>A tuple, torch.Size included.</summary>
    Tuple,

    /// <summary>A set or frozenset, in the file's order.</summary>
    Set,

    /// <summary>A dict of any sort.</summary>
    Dict,

    /// <summary>A torch tensor or a NumPy array.</summary>
    Tensor,
}
