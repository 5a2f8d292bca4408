using System.Text.Json;
using Hone.Engine.Model;

namespace Hone.Engine.Files;

/// <summary>
/// The sliding windows of `config.json`: a window of W lets a token see itself and the W - 1 before it. Only what the
/// architecture's code in transformers does is read, so that a model that was read can be written again.
/// </summary>
internal static class WindowSettings
{
    // What transformers takes where a file leaves the keys out.
    private const int DefaultWindow = 4096;
    private const int DefaultFirstLayer = 28;

    /// <summary>Each layer's window, 0 for none; empty where no layer has one that a sequence outgrows.</summary>
    internal static int[] Read(JsonField root, Architecture architecture, bool mistral, int layers, int positions)
    {
        int window = ReadWindow(root, architecture, mistral);
        int firstLayer = mistral || window == 0 ? 0
            : root.Find("max_window_layers")?.Integer(0, int.MaxValue) ?? DefaultFirstLayer;
        bool[] slides = root.Find("layer_types") is { } kinds
            ? ReadKinds(kinds, layers, window, mistral)
            : [.. Enumerable.Range(0, layers).Select(layer => window > 0 && layer >= firstLayer)];
        return window < positions && slides.Contains(true) ? [.. slides.Select(slide => slide ? window : 0)] : [];
    }

    /// <summary>Writes windows of Qwen models; those of a Mistral model are one key.</summary>
    internal static void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        int window = config.Windows.DefaultIfEmpty().Max();
        if (config.Architecture == Architecture.Llama)
        {
            if (window > 0)
            {
                json.WriteNumber("sliding_window", window);
            }

            return;
        }

        if (window > 0)
        {
            // transformers reads layer_types from 4.53 on, and before it the first layer with a window.
            json.WriteStartArray("layer_types");
            foreach (int layer in config.Windows)
            {
                json.WriteStringValue(layer > 0 ? "sliding_attention" : "full_attention");
            }

            json.WriteEndArray();
            json.WriteNumber("max_window_layers", config.Windows.TakeWhile(layer => layer == 0).Count());
            json.WriteNumber("sliding_window", window);
        }

        json.WriteBoolean("use_sliding_window", window > 0);
    }

    /// <summary>Whether the keys of the architecture can say the windows.</summary>
    internal static bool CanWrite(TransformerConfig config)
    {
        int[] windows = [.. config.Windows.Where(window => window != 0).Distinct()];
        bool everywhere = !config.Windows.Contains(0);
        bool biased = config.QueryKeyValueBias || config.FeedForwardBias;
        return windows.Length == 0
            || (windows is [> 0] && config.Windows.Count == config.Layers
                && (config.Architecture != Architecture.Llama || (everywhere && !biased)));
    }

    private static int ReadWindow(JsonField root, Architecture architecture, bool mistral)
    {
        bool used = mistral || (root.Find("use_sliding_window") is { } use && use.Flag()
            && (architecture != Architecture.Llama ? true : throw use.Wrong("false, for Llama models have no sliding window")));
        return !used ? 0
            : root.Find("sliding_window") is { } field ? field.Integer(1, int.MaxValue)
            : root.Has("sliding_window") ? 0
            : DefaultWindow;
    }

    private static bool[] ReadKinds(JsonField kinds, int layers, int window, bool mistral)
    {
        bool[] slides =
        [
            .. kinds.Items().Select(kind => kind.Text() switch
            {
                "full_attention" when mistral && window > 0 =>
                    throw kind.Wrong("'sliding_attention', for a Mistral model has its window in every layer"),
                "full_attention" => false,
                "sliding_attention" when window > 0 => true,
                "sliding_attention" => throw kind.Wrong("'full_attention', for the file sets no sliding window in use"),
                _ => throw kind.Wrong("'full_attention' or 'sliding_attention'"),
            }),
        ];
        return slides.Length == layers ? slides : throw kinds.Error($"has {slides.Length} entries", $"one for each of {layers} layers");
    }
}
