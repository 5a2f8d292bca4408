using Hone.Cli.Output;
using Hone.Engine.Files;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;

namespace Hone.Cli;

/// <summary>Finds and loads the model that a user names.</summary>
internal static class Models
{
    /// <summary>The name of the model that comes with Hone.</summary>
    public const string Embedded = "arith-base";

    // Smaller models are there before anybody wonders.
    private const long BytesWorthProgress = 100_000_000;
    private const long Megabyte = 1_000_000;

    /// <summary>The folder of a model: the one named, or the embedded one where its name is given and no such folder is here.</summary>
    public static string Folder(string name)
    {
        string embedded = Path.Combine(AppContext.BaseDirectory, "models", Embedded);
        return name == Embedded && !Directory.Exists(name) ? embedded : name;
    }

    /// <summary>Loads the tokenizer, checks that it fits, and loads the weights; that of large models shows on stderr.</summary>
    /// <exception cref="InvalidDataException">The tokenizer has ids that the model has no rows for.</exception>
    public static (Transformer Model, Tokenizer Tokenizer) Load(
        CommandContext context, string name, Kernels kernels, ModelUse use, WeightFormat format = WeightFormat.F32)
    {
        string folder = Folder(name);
        int rows = HuggingFaceConfig.Read(folder).VocabularySize;
        Tokenizer tokenizer = TokenizerFile.Load(folder);
        if (tokenizer.VocabularySize > rows)
        {
            throw new InvalidDataException(
                $"{folder}: the tokenizer has {tokenizer.VocabularySize} ids, the model {rows} rows, "
                + "expected at least as many rows. Hint: the tokenizer belongs to another model.");
        }

        var progress = new ProgressLine(context, "loading", "MB");
        Transformer model = ModelFile.Load(folder, kernels, format, use, (read, all) =>
        {
            if (all >= BytesWorthProgress && read >= Megabyte)
            {
                progress.Show(read / Megabyte, all / Megabyte);
            }
        });
        return (model, tokenizer);
    }

    /// <summary>The ids that end a completion: those of the model's files and the tokenizer's own.</summary>
    public static IReadOnlyList<int> EndTokens(Transformer model, Tokenizer tokenizer) =>
        [.. model.Config.EosTokenIds.Concat(tokenizer.EosTokenId is int end ? [end] : []).Distinct()];
}
