using Hone.Engine.Memory;

namespace Hone.Engine.Model;

/// <summary>
/// Cosines and sines of the rotary embedding, times the amplitude of its scaling: angle(p, i) = p * frequency(i), computed
/// in double.
/// </summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly double[] _frequencies; // (D/2)
    private readonly double _amplitude;
    private readonly int _mostPositions;
    private Arena? _arena;
    private int _positions;

    public RotaryTable(TransformerConfig config)
    {
        _frequencies = RotaryFrequencies.Of(config.RopeTheta, config.HeadSize, config.RotaryScaling);
        _amplitude = RotaryFrequencies.Amplitude(config.RotaryScaling);
        _mostPositions = config.RotaryScaling is DynamicScaling ? config.MaxPositions : int.MaxValue;
    }

    public Tensor Cosine { get; private set; } // (positions, D/2)

    public Tensor Sine { get; private set; } // (positions, D/2)

    /// <summary>Makes sure that positions below <paramref name="positions"/> are there.</summary>
    /// <exception cref="ArgumentException">The model's scaling is dynamic, and its angles are not fixed so far out.</exception>
    public void Cover(int positions)
    {
        if (positions <= _positions)
        {
            return;
        }

        if (positions > _mostPositions)
        {
            throw new ArgumentException(
                $"A sequence has {positions} tokens; a model with dynamic rotary scaling reads up to {_mostPositions} here.");
        }

        _positions = Math.Max(positions, 2 * _positions);
        int half = _frequencies.Length;
        _arena?.Dispose();
        _arena = new Arena(2 * Arena.RoundUp((long)_positions * half));
        Cosine = _arena.Take((long)_positions * half);
        Sine = _arena.Take((long)_positions * half);
        Span<float> cosine = Cosine.Span, sine = Sine.Span;
        for (int i = 0; i < half; i++)
        {
            for (int p = 0; p < _positions; p++)
            {
                cosine[(p * half) + i] = (float)(_amplitude * Math.Cos(p * _frequencies[i]));
                sine[(p * half) + i] = (float)(_amplitude * Math.Sin(p * _frequencies[i]));
            }
        }
    }

    public void Dispose() => _arena?.Dispose();
}
