using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>Cosines and sines of the rotary embedding: angle(p, i) = p * theta^(-2i/D), computed in double.</summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly int _headSize;
    private readonly double _theta;
    private Arena? _arena;
    private int _positions;

    public RotaryTable(TransformerConfig config)
    {
        _headSize = config.HeadSize;
        _theta = config.RopeTheta;
    }

    public Tensor Cosine { get; private set; } // (positions, D/2)

    public Tensor Sine { get; private set; } // (positions, D/2)

    /// <summary>Makes sure that positions below <paramref name="positions"/> are there.</summary>
    public void Cover(int positions)
    {
        if (positions <= _positions)
        {
            return;
        }

        _positions = Math.Max(positions, 2 * _positions);
        int half = _headSize / 2;
        _arena?.Dispose();
        _arena = new Arena(2 * Arena.RoundUp((long)_positions * half));
        Cosine = _arena.Take((long)_positions * half);
        Sine = _arena.Take((long)_positions * half);
        Span<float> cosine = Cosine.Span, sine = Sine.Span;
        for (int i = 0; i < half; i++)
        {
            double frequency = Math.Pow(_theta, -2.0 * i / _headSize);
            for (int p = 0; p < _positions; p++)
            {
                cosine[(p * half) + i] = (float)Math.Cos(p * frequency);
                sine[(p * half) + i] = (float)Math.Sin(p * frequency);
            }
        }
    }

    public void Dispose() => _arena?.Dispose();
}
