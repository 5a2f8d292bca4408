using Hone.Engine.Memory;

namespace Hone.Engine.Tests.Testing;

/// <summary>
/// Tensors for kernels under test. Each lies between guards of one NaN: what reads beyond it spoils a result, and what
/// writes beyond it fails the test at the end. None starts on a cache line. Outputs begin as NaN, so a kernel that
/// overwrites must write everything.
/// </summary>
internal sealed class TestMemory : IDisposable
{
    private const int Guard = 83;
    private readonly List<(Arena Arena, Tensor Whole)> _blocks = [];

    /// <summary>A tensor of these values.</summary>
    public Tensor Of(ReadOnlySpan<float> values)
    {
        Tensor tensor = Output(values.Length);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>A tensor of NaN, for a result that overwrites.</summary>
    public Tensor Output(int length)
    {
        var arena = new Arena(length + (2 * Guard));
        Tensor whole = arena.Take(length + (2 * Guard));
        whole.Span.Fill(float.NaN);
        _blocks.Add((arena, whole));
        return whole.Slice(Guard, length);
    }

    /// <summary>A tensor of zeros, for a result that is added to.</summary>
    public Tensor Zeros(int length)
    {
        Tensor tensor = Output(length);
        tensor.Clear();
        return tensor;
    }

    public void Dispose()
    {
        foreach ((Arena arena, Tensor whole) in _blocks)
        {
            Assert.False(whole.Span[..Guard].ContainsAnyExcept(float.NaN), "A kernel wrote in front of a tensor.");
            Assert.False(whole.Span[^Guard..].ContainsAnyExcept(float.NaN), "A kernel wrote behind a tensor.");
            arena.Dispose();
        }
    }
}
