using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;

namespace Hone.Cli;

/// <summary>Finds and loads the model that a user names.</summary>
internal static class Models
{
    /// <summary>The name of the model that comes with Hone.</summary>
    public const string Embedded = "arith-base";

    /// <summary>The folder of a model: the one named, or the embedded one where its name is given and no such folder is here.</summary>
    public static string Folder(string name)
    {
        string embedded = Path.Combine(AppContext.BaseDirectory, "models", Embedded);
        return name == Embedded && !Directory.Exists(name) ? embedded : name;
    }

    /// <summary>Loads weights and tokenizer, and checks that they fit.</summary>
    /// <exception cref="InvalidDataException">The tokenizer has ids that the model has no rows for.</exception>
    public static (Transformer Model, Tokenizer Tokenizer) Load(string name, Kernels kernels, WeightFormat format = WeightFormat.F32)
    {
        string folder = Folder(name);
        Transformer model = ModelFile.Load(folder, kernels, format);
        try
        {
            Tokenizer tokenizer = TokenizerFile.Load(folder);
            return TooManyIds(folder, tokenizer, model.Config) is { } problem
                ? throw new InvalidDataException(problem)
                : (model, tokenizer);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What is wrong where a tokenizer has ids that the model has no rows for; else null.</summary>
    public static string? TooManyIds(string folder, Tokenizer tokenizer, TransformerConfig config) =>
        tokenizer.VocabularySize <= config.VocabularySize
            ? null
            : $"{folder}: the tokenizer has {tokenizer.VocabularySize} ids, the model {config.VocabularySize} rows, "
                + "expected at least as many rows. Hint: the tokenizer belongs to another model.";

    /// <summary>The ids that end a completion: those of the model's files and the tokenizer's own.</summary>
    public static IReadOnlyList<int> EndTokens(TransformerConfig config, Tokenizer tokenizer) =>
        [.. config.EosTokenIds.Concat(tokenizer.EosTokenId is int end ? [end] : []).Distinct()];
}
