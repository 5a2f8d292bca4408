namespace Hone.Engine.Files;

/// <summary>The rotary settings of `config.json`, in the old form and in that of transformers 5.</summary>
internal static class RopeSettings
{
    /// <summary>The frequency base; refuses every scaling that would change the angles.</summary>
    internal static double ReadTheta(JsonField root)
    {
        // Old: rope_theta and rope_scaling side by side. New: rope_parameters with both inside.
        double? theta = null;
        foreach (string key in (string[])["rope_parameters", "rope_scaling"])
        {
            if (root.Find(key) is { } settings)
            {
                RefuseScaling(settings);
                theta ??= ReadBase(settings);
            }
        }
        RefusePartial(root);
        return theta ?? ReadBase(root) ?? 10000.0;
    }

    private static double? ReadBase(JsonField settings)
    {
        if (settings.Find("rope_theta") is not { } field)
        {
            return null;
        }
        double theta = field.Number();
        return theta > 0 ? theta : throw field.Wrong("a number above 0");
    }

    private static void RefuseScaling(JsonField settings)
    {
        if ((settings.Find("rope_type") ?? settings.Find("type")) is { } type && type.Text() != "default")
        {
            throw type.Wrong("'default'; scaled rotary embeddings are not supported yet");
        }
        RefusePartial(settings);
    }

    private static void RefusePartial(JsonField settings)
    {
        if (settings.Find("partial_rotary_factor") is { } part && part.Number() != 1)
        {
            throw part.Wrong("1; partly rotated heads are not supported");
        }
    }
}
