using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Inference;
using Hone.Inference.Chat;
using Hone.Serving.Completions;

namespace Hone.Serving.Tests.Testing;

/// <summary>A random two-layer model over bytes: most of what it says is no valid UTF-8, and it ends now and then.</summary>
internal sealed class TinyModel : IDisposable
{
    /// <summary>The tokenizer's end token; every other id is a byte.</summary>
    public const int EndToken = 256;

    /// <summary>An end token that has a text.</summary>
    public const int OtherEndToken = 'q';

    public const int Context = 256;

    private const string Template =
        "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}</>{% endfor %}{% if add_generation_prompt %}<a>{% endif %}";

    private static readonly Lazy<Tokenizer> ByteTokens = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("hone-serving-").FullName;
        ByteTokenizerFile.Write(folder, []);
        Tokenizer tokenizer = TokenizerFile.Load(folder);
        Directory.Delete(folder, recursive: true);
        return tokenizer;
    });

    private readonly Kernels _kernels = Kernels.OnCpu(1);

    public TinyModel()
    {
        Weights = new Transformer(
            new TransformerConfig
            {
                Architecture = Architecture.Llama, VocabularySize = 260, HiddenSize = 16, IntermediateSize = 24, Layers = 2, Heads = 4,
                KeyValueHeads = 2, HeadSize = 4, MaxPositions = Context, RopeTheta = 1000,
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
        Text = new LocalModel(Weights, Tokenizer, EndTokens);
    }

    public static Tokenizer Tokenizer => ByteTokens.Value;

    public static IReadOnlyList<int> EndTokens => [EndToken, OtherEndToken];

    public Transformer Weights { get; }

    /// <summary>The model without a server.</summary>
    public LocalModel Text { get; }

    public ServedModel Served => new("tiny", Weights, Tokenizer, EndTokens, ChatTemplate.Parse("template", Template), "1.2.3");

    public void Dispose()
    {
        Text.Dispose();
        Weights.Dispose();
        _kernels.Dispose();
    }
}
