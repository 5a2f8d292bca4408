using Hone.Engine.Files;

namespace Hone.Engine.Model;

/// <summary>Tensors of the same width, one below the other, read as one matrix.</summary>
internal sealed class StackedMatrix
{
    private readonly int[] _ends;
    private readonly TensorValues[] _sources;
    private readonly long _inputs;

    public StackedMatrix(ParameterInfo[] parts, Func<ParameterInfo, TensorValues> source)
    {
        _inputs = parts[0].Shape[1];
        _sources = [.. parts.Select(source)];
        _ends = new int[parts.Length];
        int end = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            _ends[i] = end += parts[i].Shape[0];
        }
    }

    /// <summary>Reads values of one row, from a column on.</summary>
    public void Read(int row, int column, Span<float> values)
    {
        int part = 0;
        while (row >= _ends[part])
        {
            part++;
        }

        int first = part == 0 ? 0 : _ends[part - 1];
        _sources[part](((row - first) * _inputs) + column, values);
    }
}
