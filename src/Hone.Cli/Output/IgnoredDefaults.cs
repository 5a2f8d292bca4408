using System.Globalization;
using Hone.Engine.Model;

namespace Hone.Cli.Output;

/// <summary>
/// Other programs take a model's sampling defaults unasked. Hone measures and trains the policy as it is, so it draws tokens
/// by its own options alone; where the file says otherwise, that is worth a remark.
/// </summary>
internal static class IgnoredDefaults
{
    private static readonly string[] Keys = ["temperature", "top_k", "top_p", "min_p", "repetition_penalty"];

    /// <summary>Names the sampling settings of `generation_config.json` on stderr, if it has any.</summary>
    public static void Say(CommandContext context, TransformerConfig config)
    {
        string[] found =
        [
            .. Keys.Where(key => config.GenerationDefaults.TryGetValue(key, out string? value)
                && double.TryParse(value, CultureInfo.InvariantCulture, out _))
                .Select(key => $"{key} {config.GenerationDefaults[key]}"),
        ];
        if (found.Length > 0)
        {
            context.Say($"generation_config.json has {string.Join(", ", found)}: not used, only --temperature, --top-k, --top-p and --min-p count");
        }
    }
}
