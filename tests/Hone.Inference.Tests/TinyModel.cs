using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;

namespace Hone.Inference.Tests;

/// <summary>A random two-layer model over bytes with its tokenizer, behind the interface and beside it.</summary>
internal sealed class TinyModel : IDisposable
{
    /// <summary>The tokenizer's end token; every other id is a byte.</summary>
    public const int EndToken = 256;

    /// <summary>Longest sequence.</summary>
    public const int Context = 64;

    private static readonly Lazy<Tokenizer> ByteTokens = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("hone-inference-").FullName;
        ByteTokenizerFile.Write(folder, []);
        Tokenizer tokenizer = TokenizerFile.Load(folder);
        Directory.Delete(folder, recursive: true);
        return tokenizer;
    });

    private readonly Kernels _kernels;

    /// <param name="tokenizer">The tokenizer; bytes where not given.</param>
    /// <param name="vocabulary">Rows of the head, which may be more than the tokenizer has tokens.</param>
    /// <param name="threads">Threads.</param>
    public TinyModel(Tokenizer? tokenizer = null, int vocabulary = 257, int threads = 1)
    {
        _kernels = Kernels.OnCpu(threads);
        Weights = new Transformer(
            new TransformerConfig
            {
                Architecture = Architecture.Llama, VocabularySize = vocabulary, HiddenSize = 16, IntermediateSize = 24, Layers = 2,
                Heads = 4, KeyValueHeads = 2, HeadSize = 4, MaxPositions = Context, RopeTheta = 1000,
            },
            _kernels);
        ModelInitialization.Randomize(Weights, 3);

        // Wider than the deviation of 0.02, so that some tokens are much likelier than others.
        foreach (ParameterInfo item in Weights.Parameters.Layout.Items.Where(item => item.Shape.Length == 2))
        {
            foreach (ref float value in Weights.Parameters[item.Name].Span)
            {
                value *= 10;
            }
        }

        Weights.WeightsChanged();
        Tokenizer = tokenizer ?? ByteTokens.Value;
        Text = new LocalModel(Weights, Tokenizer, [EndToken, 7, 9]);
    }

    public Transformer Weights { get; }

    public Tokenizer Tokenizer { get; }

    public LocalModel Text { get; }

    /// <summary>The log-probability of every token from <paramref name="first"/> on, in a pass of its own.</summary>
    public float[] LogProbs(int[] ids, int first)
    {
        using var activations = new Activations(Weights.Config, ActivationMode.Discard);
        Weights.Forward(ids, SequenceLayout.Independent(ids.Length), activations);
        int[] rows = [.. Enumerable.Range(first - 1, ids.Length - first)];
        float[] logProbs = new float[rows.Length], entropies = new float[rows.Length];
        Weights.LogProbs(activations, rows, ids.AsSpan(first), logProbs, entropies);
        return logProbs;
    }

    /// <summary>As the other, for a text of bytes and the chars of its target.</summary>
    public float[] LogProbs(string text, int first) => LogProbs([.. text.Select(unit => (int)unit)], first);

    /// <summary>Scores, by request.</summary>
    public TextScore?[] Score(params ScoringRequest[] requests)
    {
        var scores = new TextScore?[requests.Length];
        int told = 0;
        Text.Score(
            requests,
            (i, score) =>
            {
                scores[i] = score;
                told++;
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(requests.Length, told);
        return scores;
    }

    /// <summary>Completions of the decoder itself.</summary>
    public IReadOnlyList<Completion> Decode(string prompt, ulong seed, int maxTokens)
    {
        using var decoder = new Decoder(Weights);
        return decoder.Generate(
            [new GenerationRequest([.. prompt.Select(unit => (int)unit)], [seed], maxTokens)],
            new SamplingRule { VocabularyLimit = Tokenizer.VocabularySize }, [EndToken, 7, 9],
            cancel: TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Text.Dispose();
        Weights.Dispose();
        _kernels.Dispose();
    }
}
