using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hone.Records.RunFolders;

namespace Hone.Records.Pickles.Logs;

/// <summary>
/// Reads the rollouts of slime (THUDM/slime), a file at a time: those of <c>--save-debug-rollout-data PATH/rollout_{rollout_id}.pt</c>,
/// or <c>rollout_data/</c> below <c>--dump-details</c>.
/// </summary>
/// <remarks>
/// <para>Each file is torch.save of {rollout_id, samples}; a sample is slime's Sample as a dict (slime/utils/types.py,
/// slime/observability/rollout_data_utils.py). Evaluations go to the same place with eval_ before the number.</para>
/// <para>Steps: rollouts count from 0 (train.py), and rollout k is what the weights after k rounds of training sampled and
/// round k + 1 trains on. The checkpoint saved after that round is <c>iter_</c> k by the Megatron backend
/// (slime/backends/megatron_utils) and <c>iter_</c> k + 1 by the FSDP backend (slime/backends/fsdp_utils/checkpoint.py). A
/// round is one optimizer update only where a rollout is one global batch.</para>
/// <para>Prompts: <c>group_index</c> counts the groups of the whole run (slime/rollout/data_source.py). A prompt that comes
/// again in a later epoch has another one; the prompt's text joins them.</para>
/// <para>Log-probabilities are <c>rollout_log_probs</c>: the inference engine's, of the policy that sampled, one for each
/// token after the prompt. The mean is over those whose <c>loss_mask</c> is 1, because a tool's output stands among them
/// with mask 0 and log-probability 0.0; without a mask, over all. The mask may also be 0 for tokens of an earlier rollout
/// (<c>--mask-offpolicy-in-partial-rollout</c>).</para>
/// </remarks>
public static partial class SlimeRollouts
{
    private const string Log = "a rollout log of slime: a dict of 'rollout_id' and 'samples'";

    /// <summary>Whether a file's name says that it is an evaluation, such as rollout_eval_20.pt or eval_20.pt.</summary>
    /// <param name="path">The file.</param>
    public static bool IsEvaluation(string path) => Evaluation().IsMatch(Path.GetFileNameWithoutExtension(path));

    /// <summary>Reads a file's completions as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rewardKey">The entry of rewards that are dicts, as slime's <c>--reward-key</c> names it.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or none of slime's training rollouts, or its rewards do
    /// not fit the key.</exception>
    public static IEnumerable<TorchRow> Read(string path, string? rewardKey = null)
    {
        if (IsEvaluation(path))
        {
            throw RecordError.In(path, "is an evaluation by its name, expected rollouts of training", "name a file without eval_");
        }

        LogFields file = LogFields.Root(path, Log);
        int step = file.Step("rollout_id", file.Required("rollout_id"));
        PickleList samples = file.RequiredList("samples");
        for (int i = 0; i < samples.Count; i++)
        {
            LogFields sample = file.Entry("samples", samples, i);
            string? key = sample.Key("group_index", sample.Required("group_index"));
            string? prompt = Prompt(sample.Required("prompt"));
            if (key is null && prompt is null)
            {
                throw sample.Error("neither 'group_index' nor text in 'prompt', expected one to tell prompts apart",
                    "set group_index where the samples are made");
            }

            (double[]? logProbs, int tokens) = LogProbs(sample);
            sample.Dict.TryGet("status", out PickleValue status);
            sample.Dict.TryGet("response", out PickleValue response);
            yield return new TorchRow
            {
                Step = step,
                PromptKey = key,
                Reward = Reward(sample, rewardKey),
                MeanLogprob = logProbs is { Length: > 0 } ? logProbs.Sum() / logProbs.Length : double.NaN,
                MinLogprob = logProbs is { Length: > 0 } ? logProbs.Min() : double.NaN,
                TailLogprob = LowestTenth.Mean<double>(logProbs),
                Tokens = tokens,
                Truncated = status.Text == "truncated",
                Prompt = prompt,
                Completion = response.Text,
            };
        }
    }

    private static double Reward(LogFields sample, string? rewardKey)
    {
        PickleValue reward = sample.Required("reward");
        if (reward.Dict is PickleDict parts)
        {
            string[] names = [.. parts.Names];
            string hint = $"give the reward key, as slime's --reward-key; {NearestName.Of(rewardKey ?? "", names) ?? "one of them"} "
                + "may be it";
            reward = rewardKey is not null && parts.TryGet(rewardKey, out PickleValue part)
                ? part
                : throw sample.Error(rewardKey is null
                    ? $"field 'reward' is a dict of {RecordError.List(names)}, expected a number or the name of one"
                    : $"no {RecordError.Quote(rewardKey)} in 'reward', which has {RecordError.List(names)}", hint);
        }
        else if (rewardKey is not null && !reward.IsNone)
        {
            throw sample.Error($"field 'reward' is {reward.Description}, expected a dict with {RecordError.Quote(rewardKey)}",
                "leave the reward key out");
        }

        // An aborted sample has none.
        return reward.TryGetNumber(out double value) || reward.IsNone
            ? value
            : throw sample.Unfit("reward", reward, "a number");
    }

    /// <summary>Those of the tokens that are trained, and their number; null and -1 where the sample does not say.</summary>
    private static (double[]? LogProbs, int Tokens) LogProbs(LogFields sample)
    {
        double[]? mask = sample.Numbers("loss_mask");
        double[] logProbs = sample.Numbers("rollout_log_probs") ?? [];
        if (logProbs.Length == 0)
        {
            sample.Dict.TryGet("response_length", out PickleValue length);
            int tokens = length.TryGetInteger(out long count) && count is >= 0 and <= int.MaxValue ? (int)count : -1;
            return (null, mask?.Count(weight => weight != 0) ?? tokens);
        }

        if (mask is not null && mask.Length != logProbs.Length)
        {
            throw sample.Error($"'loss_mask' has {mask.Length} entries and 'rollout_log_probs' {logProbs.Length}, expected one "
                + "of each for every token", "check the rollout function that fills them");
        }

        double[] trained = mask is null ? logProbs : [.. logProbs.Where((_, token) => mask[token] != 0)];
        return (trained, trained.Length);
    }

    // A conversation as JSON, its texts alone; null for anything else.
    private static string? Prompt(PickleValue prompt)
    {
        if (prompt.List is not { Count: > 0 } messages)
        {
            return prompt.Text;
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, RecordJson.WriterOptions))
        {
            writer.WriteStartArray();
            for (int i = 0; i < messages.Count; i++)
            {
                if (messages[i].Dict is not PickleDict message)
                {
                    return null;
                }

                writer.WriteStartObject();
                foreach (string name in message.Names.Distinct())
                {
                    if (message.TryGet(name, out PickleValue value) && value.Text is string text)
                    {
                        writer.WriteString(name, text);
                    }
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    [GeneratedRegex(@"(^|[^A-Za-z])eval_\d")]
    private static partial Regex Evaluation();
}
