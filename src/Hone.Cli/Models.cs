using Hone.Cli.Output;
using Hone.Engine.Files;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Model.Lora;
using Hone.Engine.Tokenization;
using Hone.Inference.Chat;

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

    /// <summary>The folder of a model that must be there.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not.</exception>
    public static string ExistingFolder(string name) => Folder(name) is var folder && Directory.Exists(folder)
        ? folder
        : throw new DirectoryNotFoundException(
            $"{name}: no such model folder. Hint: give a Hugging Face folder, or {Embedded} for the embedded model.");

    /// <summary>The folder with a model's configuration and weights: where adapters are named, that of their base.</summary>
    /// <exception cref="InvalidDataException">The base is not there.</exception>
    public static string BaseFolder(string name)
    {
        string folder = Folder(name);
        if (!LoraFile.IsAdapter(folder))
        {
            return folder;
        }

        string wanted = PeftConfig.Read(folder).BaseModel;
        string? found = wanted.Length == 0
            ? null
            : ((string[])[Path.Combine(folder, wanted), Folder(wanted)]).FirstOrDefault(Directory.Exists);
        string file = Path.Combine(folder, PeftConfig.FileName);
        return found is null || LoraFile.IsAdapter(found)
            ? throw new InvalidDataException(
                $"{file}: base_model_name_or_path is '{TerminalText.Line(wanted, 200)}', expected a model folder, beside the adapter or as named. "
                + "Hint: put the base model there, or correct the path in the file.")
            : found;
    }

    /// <summary>The folder with a model's tokenizer: adapters have one of their own, or that of their base.</summary>
    public static string TokenizerFolder(string name) =>
        File.Exists(Path.Combine(Folder(name), TokenizerFile.FileName)) ? Folder(name) : BaseFolder(name);

    /// <summary>The folder with a model's chat template: adapters have one of their own, or that of their base.</summary>
    public static string TemplateFolder(string name) => ChatTemplate.IsIn(Folder(name)) ? Folder(name) : BaseFolder(name);

    /// <summary>What adapters that are trained on a model say of it: the embedded one's name, or a path that holds anywhere.</summary>
    public static string NameToSave(string name) =>
        name == Embedded && !Directory.Exists(name) ? Embedded : Path.GetFullPath(name);

    /// <summary>
    /// Loads the tokenizer, checks that it fits, and loads the weights; that of large models shows on stderr. A folder of
    /// adapters is loaded with its base.
    /// </summary>
    /// <exception cref="InvalidDataException">The tokenizer has ids that the model has no rows for.</exception>
    public static (Transformer Model, Tokenizer Tokenizer) Load(
        CommandContext context, string name, Kernels kernels, ModelUse use, WeightFormat format = WeightFormat.F32)
    {
        string folder = Folder(name);
        string weights = BaseFolder(name);
        Tokenizer tokenizer = TokenizerFile.Load(TokenizerFolder(name));
        if (TooManyIds(folder, tokenizer, HuggingFaceConfig.Read(weights)) is { } problem)
        {
            throw new InvalidDataException(problem);
        }

        var progress = new ProgressLine(context, "loading", "MB");
        Transformer model = ModelFile.Load(weights, kernels, format, use, (read, all) =>
        {
            if (all >= BytesWorthProgress && read >= Megabyte)
            {
                progress.Show(read / Megabyte, all / Megabyte);
            }
        });
        try
        {
            if (LoraFile.IsAdapter(folder))
            {
                model.Adapt(LoraFile.Load(folder, model.Config, kernels));
            }

            return (model, tokenizer);
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
