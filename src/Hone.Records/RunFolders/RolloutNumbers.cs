using System.Text;
using System.Text.Json;
using Hone.Records.Logs;
using Hone.Records.Logs.Json;

namespace Hone.Records.RunFolders;

/// <summary>The numbers of one of our rollout lines, read without looking at its texts.</summary>
public readonly record struct RolloutNumbers()
{
    /// <summary>The step, from 1.</summary>
    public int Step { get; private init; }

    /// <summary>Key of the prompt's id: equal ids have equal keys.</summary>
    public UInt128 Prompt { get; private init; }

    /// <summary>Which completion of the prompt; -1 where the line does not say.</summary>
    public int Sample { get; private init; } = -1;

    /// <summary>Number of sampled tokens; -1 where the line does not say.</summary>
    public int Tokens { get; private init; } = -1;

    /// <summary>The reward; NaN where the line has no number.</summary>
    public double Reward { get; private init; } = double.NaN;

    /// <summary>Mean log-probability in nats; NaN where the line has no number.</summary>
    public double MeanLogprob { get; private init; } = double.NaN;

    /// <summary>The same under the reference model.</summary>
    public double RefMeanLogprob { get; private init; } = double.NaN;

    /// <summary>Whether the completion hit the length limit.</summary>
    public bool Truncated { get; private init; }

    /// <summary>Whether the answer was right; null where the line does not say.</summary>
    public bool? Correct { get; private init; }

    /// <summary>Whether the answer stood where it should; null where the line does not say.</summary>
    public bool? FormatOk { get; private init; }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its line feed and surrounding blanks.</param>
    /// <param name="numbers">What it says.</param>
    /// <param name="promptId">The prompt's id as it stands in the line, in UTF-8; empty where there is none.</param>
    /// <returns>False for half a line, no JSON object, or one without a step.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out RolloutNumbers numbers, out ReadOnlySpan<byte> promptId)
    {
        numbers = new RolloutNumbers();
        promptId = default;
        int step = -1;
        try
        {
            var members = new JsonMembers(line);
            while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                switch (name.Length)
                {
                    case 4 when name.SequenceEqual("step"u8): step = Whole(value); break;
                    case 9 when name.SequenceEqual("prompt_id"u8): promptId = value[0] == (byte)'"' ? value[1..^1] : value; break;
                    case 6 when name.SequenceEqual("sample"u8): numbers = numbers with { Sample = Whole(value) }; break;
                    case 6 when name.SequenceEqual("tokens"u8): numbers = numbers with { Tokens = Whole(value) }; break;
                    case 6 when name.SequenceEqual("reward"u8): numbers = numbers with { Reward = Number(value) }; break;
                    case 12 when name.SequenceEqual("mean_logprob"u8): numbers = numbers with { MeanLogprob = Number(value) }; break;
                    case 16 when name.SequenceEqual("ref_mean_logprob"u8): numbers = numbers with { RefMeanLogprob = Number(value) }; break;
                    case 9 when name.SequenceEqual("truncated"u8): numbers = numbers with { Truncated = Truth(value) == true }; break;
                    case 7 when name.SequenceEqual("correct"u8): numbers = numbers with { Correct = Truth(value) }; break;
                    case 9 when name.SequenceEqual("format_ok"u8): numbers = numbers with { FormatOk = Truth(value) }; break;
                    default: break;
                }
            }
        }
        catch (RowException)
        {
            return false;
        }

        numbers = numbers with { Step = step, Prompt = PromptKey.Of(promptId) };
        return step >= 0;
    }

    /// <summary>The id as text, its escapes resolved.</summary>
    /// <param name="promptId">As <see cref="TryRead"/> gives it.</param>
    public static string IdText(ReadOnlySpan<byte> promptId)
    {
        if (!promptId.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(promptId);
        }

        try
        {
            return JsonElement.Parse([(byte)'"', .. promptId, (byte)'"']).GetString()!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair, or an escape that is none: the id stands as it was written.
            return Encoding.UTF8.GetString(promptId);
        }
    }

    private static double Number(ReadOnlySpan<byte> value) =>
        JsonNumbers.TryDouble(value, out double number) && double.IsFinite(number) ? number : double.NaN;

    private static int Whole(ReadOnlySpan<byte> value) =>
        Number(value) is >= 0 and <= int.MaxValue and var number && number == Math.Floor(number) ? (int)number : -1;

    private static bool? Truth(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("true"u8) || value.SequenceEqual("1"u8) || value.SequenceEqual("1.0"u8) ? true
        : value.SequenceEqual("null"u8) ? null
        : false;
}
