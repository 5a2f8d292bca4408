using System.Text.Json;
using Hone.Engine.Model;

namespace Hone.Engine.Files;

/// <summary>The rotary settings of `config.json`, in the old form and in that of transformers 5.</summary>
/// <param name="Theta">Base of the frequencies.</param>
/// <param name="Scaling">Their change for long sequences, or null.</param>
/// <param name="MaxPositions">Longest sequence with that change, in tokens.</param>
internal sealed record RopeSettings(double Theta, RotaryScaling? Scaling, int MaxPositions)
{
    // The YaRN paper's, taken where a file leaves them out.
    private const double DefaultFast = 32;
    private const double DefaultSlow = 1;

    private const string Kinds = "'default', 'linear', 'dynamic', 'llama3' or 'yarn'";

    /// <summary>Reads theta and scaling; <paramref name="positions"/> is `max_position_embeddings`.</summary>
    internal static RopeSettings Read(JsonField root, int positions)
    {
        RefusePartial(root);

        // Old: rope_theta and rope_scaling side by side. New: rope_parameters with both inside.
        JsonField? parameters = root.Find("rope_parameters"), old = root.Find("rope_scaling");
        double theta = ReadBase(parameters) ?? ReadBase(old) ?? ReadBase(root) ?? 10000.0;
        RotaryScaling? scaling = ReadScaling(parameters, positions), oldScaling = ReadScaling(old, positions);
        if (parameters is not null && old is { } both && oldScaling != scaling)
        {
            throw both.Error("is another scaling than that of rope_parameters", "one of the two, or both the same");
        }

        scaling ??= oldScaling;
        if (scaling is YarnScaling && theta <= 1)
        {
            throw root.Error($"has rope_theta {theta} and yarn scaling", "a rope_theta above 1");
        }

        return new RopeSettings(theta, scaling, MostPositions(scaling, positions));
    }

    /// <summary>Writes theta and scaling in the old form, which transformers 4 and 5 both read.</summary>
    internal static void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        if (config.RotaryScaling is not { } scaling)
        {
            json.WriteNull("rope_scaling");
            json.WriteNumber("rope_theta", config.RopeTheta);
            return;
        }

        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", scaling switch
        {
            LinearScaling => "linear",
            DynamicScaling => "dynamic",
            Llama3Scaling => "llama3",
            _ => "yarn",
        });
        json.WriteNumber("factor", scaling.Factor);
        if (scaling is Llama3Scaling llama3)
        {
            json.WriteNumber("low_freq_factor", llama3.LowFrequencyFactor);
            json.WriteNumber("high_freq_factor", llama3.HighFrequencyFactor);
            json.WriteNumber("original_max_position_embeddings", llama3.OriginalPositions);
        }
        else if (scaling is YarnScaling yarn)
        {
            json.WriteNumber("original_max_position_embeddings", yarn.OriginalPositions);
            json.WriteNumber("beta_fast", yarn.BetaFast);
            json.WriteNumber("beta_slow", yarn.BetaSlow);
            json.WriteBoolean("truncate", yarn.Truncate);
            if (yarn.AttentionFactor is double factor)
            {
                json.WriteNumber("attention_factor", factor);
            }
        }

        json.WriteEndObject();
        json.WriteNumber("rope_theta", config.RopeTheta);
    }

    /// <summary>
    /// What `max_position_embeddings` means is the kind's own: with yarn files state the length before or after scaling, so
    /// the product decides; the other kinds state the length that the model reads.
    /// </summary>
    internal static int MostPositions(RotaryScaling? scaling, int positions) => scaling is YarnScaling yarn
        ? (int)Math.Min(HuggingFaceConfig.MostPositions, Math.Round(yarn.OriginalPositions * yarn.Factor))
        : positions;

    private static double? ReadBase(JsonField? settings) =>
        settings?.Find("rope_theta") is { } field ? Above(field, 0) : null;

    private static RotaryScaling? ReadScaling(JsonField? found, int positions)
    {
        if (found is not { } settings)
        {
            return null;
        }

        RefusePartial(settings);
        if ((settings.Find("full_attention") ?? settings.Find("sliding_attention")) is { } kind)
        {
            throw kind.Error("is set", "one rotary setting for all layers");
        }

        if ((settings.Find("rope_type") ?? settings.Find("type")) is not { } type)
        {
            return settings.Find("factor") is null ? null : throw settings.Error("has a 'factor' and no 'rope_type'", Kinds);
        }

        return type.Text() switch
        {
            "default" => null,
            "linear" => new LinearScaling(ReadFactor(settings)),
            "dynamic" => new DynamicScaling(ReadFactor(settings)),
            "llama3" => ReadLlama3(settings),
            "yarn" => ReadYarn(settings, positions),
            _ => throw type.Wrong(Kinds),
        };
    }

    private static Llama3Scaling ReadLlama3(JsonField settings)
    {
        double low = Above(settings.Get("low_freq_factor"), 0);
        return new Llama3Scaling(
            ReadFactor(settings), low, Above(settings.Get("high_freq_factor"), low, "low_freq_factor, which is "),
            ReadOriginal(settings.Get("original_max_position_embeddings")));
    }

    private static YarnScaling ReadYarn(JsonField settings, int positions)
    {
        JsonField? original = settings.Find("original_max_position_embeddings");
        int before = original is { } field ? ReadOriginal(field) : positions;

        // Without a factor the two lengths say it.
        double factor = settings.Find("factor") is null && original is not null && positions >= before
            ? positions / (double)before
            : ReadFactor(settings);
        double slow = settings.Find("beta_slow") is { } last ? Above(last, 0) : DefaultSlow;
        double fast = settings.Find("beta_fast") is { } first ? Above(first, slow, "beta_slow, which is ") : DefaultFast;
        if (slow >= fast)
        {
            throw settings.Get("beta_slow").Wrong($"a number below beta_fast, which is {fast}");
        }

        return new YarnScaling(factor, before)
        {
            BetaSlow = slow,
            BetaFast = fast,
            Truncate = settings.Find("truncate")?.Flag() ?? true,
            AttentionFactor = ReadAttentionFactor(settings, factor),
        };
    }

    /// <summary>Stated, or the ratio of two weighted growths as DeepSeek's files state it, or null for the paper's.</summary>
    private static double? ReadAttentionFactor(JsonField settings, double factor)
    {
        if (settings.Find("attention_factor") is { } stated)
        {
            return Above(stated, 0);
        }

        double? scale = settings.Find("mscale")?.Number(), all = settings.Find("mscale_all_dim")?.Number();
        if (scale is not (double above and not 0) || all is not (double below and not 0))
        {
            return null;
        }

        double ratio = RotaryFrequencies.Growth(factor, above) / RotaryFrequencies.Growth(factor, below);
        return ratio > 0 && double.IsFinite(ratio)
            ? ratio
            : throw settings.Get("mscale").Wrong($"a scale that with mscale_all_dim {below} gives a factor above 0");
    }

    private static double ReadFactor(JsonField settings)
    {
        JsonField field = settings.Get("factor");
        double factor = field.Number();
        return factor >= 1 ? factor : throw field.Wrong("a number of 1 or more");
    }

    private static int ReadOriginal(JsonField field) => field.Integer(1, HuggingFaceConfig.MostPositions);

    private static double Above(JsonField field, double bound, string name = "")
    {
        double value = field.Number();
        return value > bound ? value : throw field.Wrong(FormattableString.Invariant($"a number above {name}{bound}"));
    }

    private static void RefusePartial(JsonField settings)
    {
        if (settings.Find("partial_rotary_factor") is { } part && part.Number() != 1)
        {
            throw part.Wrong("1; partly rotated heads are not supported");
        }
    }
}
