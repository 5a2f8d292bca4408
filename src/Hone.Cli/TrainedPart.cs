using Hone.Engine.Model;
using Hone.Engine.Model.Lora;

namespace Hone.Cli;

/// <summary>What of a loaded model is trained: all of it, or new adapters.</summary>
internal static class TrainedPart
{
    /// <summary>Refuses adapters on top of adapters, before anything is loaded.</summary>
    /// <exception cref="UsageException">The model is adapters already.</exception>
    public static void Check(string model, LoraConfig? lora)
    {
        if (lora is not null && LoraFile.IsAdapter(Models.Folder(model)))
        {
            throw new UsageException(
                $"{model}: holds adapters, expected a plain model for 'lora' to adapt. "
                + "Hint: merge them first with hone merge, or train the model in full without 'lora'.");
        }
    }

    /// <summary>
    /// Gives the model adapters to train; without <paramref name="lora"/> adapters that it was loaded with become part of its
    /// weights.
    /// </summary>
    /// <param name="model">A loaded model.</param>
    /// <param name="lora">The adapters, or null to train all weights.</param>
    /// <param name="seed">Of their first values.</param>
    /// <param name="checkpoint">The folder to take their values from instead, or null.</param>
    public static void Prepare(Transformer model, LoraConfig? lora, long seed, string? checkpoint = null)
    {
        if (lora is null)
        {
            model.MergeAdapters();
        }
        else if (checkpoint is not null)
        {
            model.Adapt(LoraFile.Load(checkpoint, model.Config, model.Kernels));
        }
        else
        {
            var adapters = new LoraAdapters(model.Config, lora, model.Kernels);
            model.Adapt(adapters);
            LoraInitialization.Randomize(adapters, seed);
        }
    }
}
