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
        EndTokens = Models.EndTokens(model, tokenizer);
        Text = new LocalModel(model, tokenizer, EndTokens);
    }

    private readonly bool _ownsKernels;

    public Kernels Kernels { get; }

    public Transformer Model { get; }

    public Tokenizer Tokenizer { get; }

    public IReadOnlyList<int> EndTokens { get; }

    public LocalModel Text { get; }

    /// <summary>Prepares kernels and loads a model onto them; the machine line is the caller's to say.</summary>
    public static LoadedModel Load(CommandContext context, string name, int threads, WeightFormat format)
    {
        Models.ExistingFolder(name);
        Kernels kernels = CommandContext.PrepareKernels(threads);
        try
        {
            return Load(name, kernels, ownsKernels: true, format);
        }
        catch
        {
            kernels.Dispose();
            throw;
        }
    }

    /// <summary>Loads a model onto kernels that stay the caller's.</summary>
    public static LoadedModel Load(string name, Kernels kernels) => Load(name, kernels, ownsKernels: false, WeightFormat.F32);

    public void Dispose()
    {
        Text.Dispose();
        Model.Dispose();
        if (_ownsKernels)
        {
            Kernels.Dispose();
        }
    }

    private static LoadedModel Load(string name, Kernels kernels, bool ownsKernels, WeightFormat format)
    {
        (Transformer model, Tokenizer tokenizer) = Models.Load(name, kernels, format);
        return new LoadedModel(kernels, ownsKernels, model, tokenizer);
    }
}
