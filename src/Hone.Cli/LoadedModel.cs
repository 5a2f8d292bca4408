using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Inference;

namespace Hone.Cli;

/// <summary>A model that a command runs on, with everything it holds.</summary>
internal sealed class LoadedModel : IDisposable
{
    private LoadedModel(Kernels kernels, bool ownsKernels, Transformer model, Tokenizer tokenizer)
    {
        Kernels = kernels;
        _ownsKernels = ownsKernels;
        Model = model;
        Tokenizer = tokenizer;
        EndTokens = Models.EndTokens(model.Config, tokenizer);
        Text = new LocalModel(model, tokenizer, EndTokens);
    }

    private readonly bool _ownsKernels;

    public Kernels Kernels { get; }

    public Transformer Model { get; }

    public Tokenizer Tokenizer { get; }

    public IReadOnlyList<int> EndTokens { get; }

    public LocalModel Text { get; }

    /// <summary>
    /// Prepares kernels and loads a model for inference onto them; the machine line is the caller's to say.
    /// </summary>
    public static LoadedModel Load(CommandContext context, string name, int threads, WeightFormat format)
    {
        Models.ExistingFolder(name);
        Kernels kernels = CommandContext.PrepareKernels(threads);
        try
        {
            return Load(context, name, kernels, ownsKernels: true, ModelUse.Inference, format);
        }
        catch
        {
            kernels.Dispose();
            throw;
        }
    }

    /// <summary>Loads a model onto kernels that stay the caller's.</summary>
    public static LoadedModel Load(CommandContext context, string name, Kernels kernels, ModelUse use) =>
        Load(context, name, kernels, ownsKernels: false, use, WeightFormat.F32);

    public void Dispose()
    {
        Text.Dispose();
        Model.Dispose();
        if (_ownsKernels)
        {
            Kernels.Dispose();
        }
    }

    private static LoadedModel Load(
        CommandContext context, string name, Kernels kernels, bool ownsKernels, ModelUse use, WeightFormat format)
    {
        (Transformer model, Tokenizer tokenizer) = Models.Load(context, name, kernels, use, format);
        return new LoadedModel(kernels, ownsKernels, model, tokenizer);
    }
}
