using Hone.Engine.Model;

namespace Hone.Engine.Memory;

/// <summary>Named tensors in one block: trained values, or gradients and moments in their shape.</summary>
public interface ITensorSet : IDisposable
{
    /// <summary>Names, shapes and places, in order.</summary>
    IReadOnlyList<ParameterInfo> Items { get; }

    /// <summary>All values as one vector; the padding between tensors stays zero.</summary>
    Tensor All { get; }

    /// <summary>The values of a named tensor.</summary>
    Tensor this[string name] { get; }
}
