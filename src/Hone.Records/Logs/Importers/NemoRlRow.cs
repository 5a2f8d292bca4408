using Hone.Records.Logs.Json;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// A line of NeMo-RL's training data. Its values may each be wrapped in a list of one, as the writer walks over batches of one.
/// Token lists are padded and begin with the prompt; <c>token_loss_mask</c> tells the completion's tokens, over which log-probabilities
/// are averaged. The prompt is the token ids before the first of them. <c>reference_policy_logprobs</c> and <c>truncated</c>, which the
/// trainer has at hand but does not log by itself, are read where they were added.
/// </summary>
internal sealed class NemoRlRow(TokenFigures? tokenFigures) : ILineParser
{
    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> line, LogFile file, RowBlock rows)
    {
        tokenFigures?.Clear();
        ReadOnlySpan<byte> reward = default, filtered = default, ids = default, mask = default;
        ReadOnlySpan<byte> generation = default, previous = default, reference = default, truncated = default;
        var members = new JsonMembers(line);
        while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            switch (name)
            {
                case var _ when name.SequenceEqual("rewards"u8): reward = value; break;
                case var _ when name.SequenceEqual("filtered_rewards"u8): filtered = value; break;
                case var _ when name.SequenceEqual("token_ids"u8): ids = value; break;
                case var _ when name.SequenceEqual("token_loss_mask"u8): mask = value; break;
                case var _ when name.SequenceEqual("generation_logprobs"u8): generation = value; break;
                case var _ when name.SequenceEqual("prev_logprobs"u8): previous = value; break;
                case var _ when name.SequenceEqual("reference_policy_logprobs"u8): reference = value; break;
                case var _ when name.SequenceEqual("truncated"u8): truncated = value; break;
            }
        }

        ids = RowValues.Tokens(ids, "token_ids", line);
        mask = RowValues.Tokens(mask, "token_loss_mask", line);

        // With dynamic sampling 'rewards' are those before the filter, and may belong to other rows.
        ReadOnlySpan<byte> total = filtered.IsEmpty ? reward : filtered;
        (double mean, int tokens) = Mean(generation.IsEmpty ? previous : generation, mask, tokenFigures);
        var row = new LoggedRow
        {
            Step = file.Step ?? throw new RowException(
                "the step is in the file's name alone, expected train_data_step<N>.jsonl", "give the file its own name again"),
            Prompt = PromptKey.Of(BeforeFirst(ids, mask)),
            Reward = RowValues.Number(RowValues.Unwrapped(total), filtered.IsEmpty ? "rewards" : "filtered_rewards", line),
            MeanLogprob = mean,
            RefMeanLogprob = Mean(reference, mask, null).Mean,
            Tokens = tokens,
            Truncated = !truncated.IsEmpty && RowValues.Number(RowValues.Unwrapped(truncated), "truncated", line) > 0,
        };
        tokenFigures?.MoveTo(ref row);
        rows.Add(row, !generation.IsEmpty || !previous.IsEmpty);
    }

    /// <summary>The raw text of the ids before the first one that is trained.</summary>
    private static ReadOnlySpan<byte> BeforeFirst(ReadOnlySpan<byte> ids, ReadOnlySpan<byte> mask)
    {
        JsonNumbers.ListValues id = JsonNumbers.Values(ids), trained = JsonNumbers.Values(mask);
        int end = 0;
        while (trained.Next(out ReadOnlySpan<byte> flag) && id.Next(out ReadOnlySpan<byte> token))
        {
            if (IsSet(flag))
            {
                break;
            }

            ids.Overlaps(token, out end);
            end += token.Length;
        }

        return ids[..end];
    }

    /// <summary>The mean over the tokens that are trained, and their number; NaN where the list is not there.</summary>
    private static (double Mean, int Tokens) Mean(
        ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> mask, TokenFigures? tokens)
    {
        double sum = 0;
        int count = 0;
        JsonNumbers.ListValues trained = JsonNumbers.Values(mask);
        bool has = !wrapped.IsEmpty && !wrapped.SequenceEqual("null"u8);
        JsonNumbers.ListValues logprobs = JsonNumbers.Values(has ? RowValues.UnwrappedList(wrapped) : "[]"u8);
        while (trained.Next(out ReadOnlySpan<byte> flag))
        {
            ReadOnlySpan<byte> value = default;
            if (has && !logprobs.Next(out value))
            {
                throw new RowException("the log-probabilities are fewer than the values of 'token_loss_mask', expected one a token",
                    "correct or remove this line");
            }

            if (IsSet(flag))
            {
                double logProb = has ? RowValues.Number(value, "generation_logprobs", default) : double.NaN;
                sum += logProb;
                count++;
                tokens?.Add(logProb);
            }
        }

        return (sum / count, count);
    }

    private static bool IsSet(ReadOnlySpan<byte> flag) => JsonNumbers.TryDouble(flag, out double number) && number > 0;
}
