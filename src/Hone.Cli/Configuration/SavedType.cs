using Hone.Engine.Files;

namespace Hone.Cli.Configuration;

/// <summary>The setting `save_as`: the type of the weights that a run writes.</summary>
internal static class SavedType
{
    /// <summary>Reads it; null for `same`, the type of the model's own files.</summary>
    public static TensorDataType? Read(ConfigSection config) =>
        Enum.TryParse(config.Choice("save_as", "same", "same", "f32", "bf16", "f16"), ignoreCase: true, out TensorDataType type)
            ? type
            : null;
}
