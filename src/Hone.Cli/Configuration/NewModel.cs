using Hone.Engine.Model;
using Hone.Engine.Tokenization;

namespace Hone.Cli.Configuration;

/// <summary>The `new_model` section: a model that supervised training starts from nothing, with a byte tokenizer.</summary>
internal sealed record NewModel(TransformerConfig Config, IReadOnlyList<string> Words)
{
    public static NewModel Read(ConfigSection section)
    {
        IReadOnlyList<string> words = section.List("tokens");
        string architecture = section.Choice("architecture", "qwen2", "llama", "qwen2", "qwen3");
        int hidden = section.Integer("hidden_size", 128);
        int heads = section.Integer("heads", 4);
        int end = 256;
        var config = new TransformerConfig
        {
            Architecture = Enum.Parse<Architecture>(architecture, ignoreCase: true),
            VocabularySize = end + 1 + words.Count,
            HiddenSize = hidden,
            IntermediateSize = section.Integer("intermediate_size", 3 * hidden),
            Layers = section.Integer("layers", 4),
            Heads = heads,
            KeyValueHeads = section.Integer("key_value_heads", heads),
            HeadSize = section.Integer("head_size", heads > 0 ? hidden / heads : 0),
            MaxPositions = section.Integer("max_positions", 256),
            TiedEmbeddings = section.Flag("tied_embeddings", true),
            QueryKeyValueBias = architecture == "qwen2",
            QueryKeyNorm = architecture == "qwen3",
            EosTokenIds = [end],
            PadTokenId = end,
        };
        section.Report(Problems(config));
        return new NewModel(config, words);
    }

    /// <summary>Its tokenizer, as it is read back from a file.</summary>
    public Tokenizer Tokenizer()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hone-");
        try
        {
            ByteTokenizerFile.Write(folder.FullName, Words);
            return TokenizerFile.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Problems(TransformerConfig config)
    {
        if (config.HiddenSize < 1 || config.Layers < 1 || config.IntermediateSize < 1 || config.MaxPositions < 1)
        {
            yield return "sizes must be 1 or more";
        }

        if (config.Heads < 1 || config.KeyValueHeads < 1 || config.Heads % config.KeyValueHeads != 0)
        {
            yield return $"heads and key_value_heads are {config.Heads} and {config.KeyValueHeads}, expected a multiple and its divisor";
        }

        if (config.HeadSize < 2 || config.HeadSize % 2 != 0)
        {
            yield return $"head_size is {config.HeadSize}, expected an even number";
        }
    }
}
