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

    /// <summary>The folder of a model that must be there.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not.</exception>
    public static string ExistingFolder(string name) => Folder(name) is var folder && Directory.Exists(folder)
        ? folder
        : throw new DirectoryNotFoundException(
            $"{name}: no such model folder. Hint: give a Hugging Face folder, or {Embedded} for the embedded model.");

    /// <summary>Loads weights and tokenizer, and checks that they fit.</summary>
    /// <exception cref="InvalidDataException">The tokenizer has ids that the model has no rows for.</exception>
    public static (Transformer Model, Tokenizer Tokenizer) Load(string name, Kernels kernels, WeightFormat format = WeightFormat.F32)
    {
        string folder = Folder(name);
        Transformer model = ModelFile.Load(folder, kernels, format);
        try
        {
            Tokenizer tokenizer = TokenizerFile.Load(folder);
            return tokenizer.VocabularySize <= model.Config.VocabularySize
                ? (model, tokenizer)
                : throw new InvalidDataException(
                    $"{folder}: the tokenizer has {tokenizer.VocabularySize} ids, the model {model.Config.VocabularySize} rows, "
                    + "expected at least as many rows. Hint: the tokenizer belongs to another model.");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The ids that end a completion: those of the model's files and the tokenizer's own.</summary>
    public static IReadOnlyList<int> EndTokens(Transformer model, Tokenizer tokenizer) =>
        [.. model.Config.EosTokenIds.Concat(tokenizer.EosTokenId is int end ? [end] : []).Distinct()];
}
