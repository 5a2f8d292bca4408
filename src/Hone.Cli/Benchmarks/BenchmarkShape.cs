using Hone.Engine.Model;

namespace Hone.Cli.Benchmarks;

/// <summary>The random model and batch that `hone bench` measures: Qwen2 architecture, tied head.</summary>
internal sealed record BenchmarkShape(
    int Hidden, int Layers, int Heads, int KeyValueHeads, int FeedForward, int Vocabulary, int Batch, int Sequence)
{
    /// <summary>The model's configuration.</summary>
    public TransformerConfig Config => new()
    {
        Architecture = Architecture.Qwen2,
        VocabularySize = Vocabulary,
        HiddenSize = Hidden,
        IntermediateSize = FeedForward,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadSize = Hidden / Heads,
        MaxPositions = Sequence + 1,
        TiedEmbeddings = true,
        QueryKeyValueBias = true,
    };

    /// <summary>Everything that is wrong.</summary>
    public IEnumerable<string> Problems()
    {
        (string Name, int Value)[] sizes =
        [
            ("hidden", Hidden), ("layers", Layers), ("heads", Heads), ("kv-heads", KeyValueHeads), ("ffn", FeedForward),
            ("vocab", Vocabulary), ("batch", Batch), ("seq", Sequence),
        ];
        foreach ((string name, int value) in sizes.Where(size => size.Value < 1))
        {
            yield return $"--{name} {value}: expected 1 or more";
        }

        if (Heads > 0 && (Hidden % Heads != 0 || Hidden / Heads % 2 != 0))
        {
            yield return $"--hidden {Hidden} --heads {Heads}: expected heads of an even whole size";
        }

        if (KeyValueHeads > 0 && Heads % KeyValueHeads != 0)
        {
            yield return $"--heads {Heads} --kv-heads {KeyValueHeads}: expected a multiple and its divisor";
        }
    }
}
