using System.Globalization;
using System.Text.Json;
using Hone.Records;

namespace Hone.Training.Grpo;

/// <summary>
/// The batch of an update that was not made, to look at or to repeat: everything that the update was made of. A number that is not
/// finite is written as a text, "NaN", "Infinity" or "-Infinity".
/// </summary>
public static class FaultFile
{
    /// <summary>Writes a JSON document, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">The fault.</param>
    public static void Write(string path, UpdateFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new Utf8JsonWriter(stream);
            Write(writer, fault);
        });
    }

    private static void Write(Utf8JsonWriter writer, UpdateFault fault)
    {
        writer.WriteStartObject();
        writer.WriteString("reason", fault.Reason);
        writer.WriteNumber("step", fault.Step);
        Write(writer, "loss", fault.Loss);
        Write(writer, "grad_norm", fault.GradNorm);
        writer.WriteStartArray("recent_grad_norms");
        foreach (double norm in fault.RecentNorms)
        {
            writer.WriteNumberValue(norm);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("completions");
        foreach (Rollout rollout in fault.Batch.Items)
        {
            Write(writer, rollout);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Rollout rollout)
    {
        writer.WriteStartObject();
        writer.WriteString("prompt_id", rollout.Prompt.Row.Id);
        writer.WriteNumber("sample", rollout.Completion.Sample);
        Write(writer, "prompt_tokens", rollout.Prompt.Tokens);
        Write(writer, "completion_tokens", rollout.Completion.Tokens);
        Write(writer, "logprobs", rollout.Completion.LogProbs);
        if (rollout.ReferenceLogProbs is { } reference)
        {
            Write(writer, "reference_logprobs", reference);
        }
        else
        {
            writer.WriteNull("reference_logprobs");
        }

        Write(writer, "advantage", rollout.Advantage);
        Write(writer, "reward", rollout.Verdict.Total);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, int[] tokens)
    {
        writer.WriteStartArray(name);
        foreach (int token in tokens)
        {
            writer.WriteNumberValue(token);
        }

        writer.WriteEndArray();
    }

    // As floats, whose digits are those that read back to the same bits.
    private static void Write(Utf8JsonWriter writer, string name, float[] logProbs)
    {
        writer.WriteStartArray(name);
        foreach (float value in logProbs)
        {
            if (float.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
            }
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
