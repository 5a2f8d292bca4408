namespace Hone.Records.Pickles.Logs;

/// <summary>
/// Reads the training logs of the UGCS authors' code (manhitv/model-checkpoint-scoring), a file at a time:
/// <c>training_logs/log_step_N.pt</c> in a run's output folder.
/// </summary>
/// <remarks>
/// <para>Each file is torch.save of {current_step, step_seen, logs}: 100 calls of <c>_prepare_inputs</c>, of 8 completions
/// of one prompt each (run_deepscaler.py). N counts the calls since the program started: after a resumption it starts
/// again, and earlier files of the same number are lost. Calls after the last hundred are never written.</para>
/// <para>Steps: <c>step</c> is the trainer's global_step when the batch was prepared, which is the number of updates done
/// before, from 0. A row of step s is trained on in update s + 1; <c>checkpoint-C</c> holds the weights after C updates, so
/// rows of step C were sampled by it. The authors' script takes the steps from C - 100 to C, both included
/// (run_scoring.py).</para>
/// <para>Log-probabilities: <c>nll</c> and <c>avg_nll</c> are those of the reference model (the base, with the adapter off),
/// over the tokens up to and including the end token; nothing of the policy's is logged. The mean here is -avg_nll. In
/// the README the same stand beside the rewards as lists, <c>nll</c> and <c>average_nll</c>, which is read too. The number
/// of tokens is not logged; it is nll / avg_nll where both are precise enough.</para>
/// </remarks>
public static class UgcsRollouts
{
    // How far nll / avg_nll in single precision may be from the whole number of tokens that it is.
    private const double WholeTolerance = 0.01;

    private const string Log = "a training log of the UGCS authors' code: a dict of 'current_step', 'step_seen' and 'logs'";

    /// <summary>Reads a file's completions as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or no such log.</exception>
    public static IEnumerable<TorchRow> Read(string path)
    {
        LogFields file = LogFields.Root(path, Log);
        PickleList logs = file.RequiredList("logs");
        for (int i = 0; i < logs.Count; i++)
        {
            foreach (TorchRow row in ReadCall(file.Entry("logs", logs, i)))
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<TorchRow> ReadCall(LogFields call)
    {
        PickleList steps = call.RequiredList("step");
        PickleList prompts = call.RequiredList("extra_info");
        double[] rewards = call.Numbers("reward") ?? throw call.Unfit("reward", call.Required("reward"), "a list of numbers");
        LogFields nlls = call.Dict.TryGet("uncertainty", out PickleValue value) && value.Dict is not null
            ? call.Field("uncertainty", value.Dict)
            : call;
        double[]? means = nlls.Numbers("avg_nll") ?? nlls.Numbers("average_nll");
        double[]? sums = nlls.Numbers("nll");
        bool isRounded = nlls.Dict.TryGet("avg_nll", out PickleValue mean)
            && mean.Tensor is { Type: TensorType.F16 or TensorType.BF16 };
        RequireEqual(call, steps.Count, prompts.Count, "extra_info");
        RequireEqual(call, steps.Count, rewards.Length, "reward");
        RequireEqual(call, steps.Count, means?.Length ?? steps.Count, "avg_nll");
        RequireEqual(call, steps.Count, sums?.Length ?? steps.Count, "nll");
        for (int i = 0; i < steps.Count; i++)
        {
            LogFields prompt = call.Entry("extra_info", prompts, i);
            string key = prompt.Key("index", prompt.Required("index"))
                ?? throw prompt.Unfit("index", default, "text or a whole number");
            yield return new TorchRow
            {
                Step = call.Step("step", steps[i]),
                PromptKey = key,
                Reward = rewards[i],
                RefMeanLogprob = means is null ? double.NaN : 0 - means[i],
                Tokens = means is null || sums is null || isRounded ? -1 : Tokens(sums[i], means[i]),
            };
        }
    }

    private static void RequireEqual(LogFields call, int steps, int entries, string name)
    {
        if (steps != entries)
        {
            throw call.Error($"'step' has {steps} entries and '{name}' {entries}, expected as many",
                "a run of several processes logs the rewards of all beside the prompts of one, which cannot be joined");
        }
    }

    private static int Tokens(double sum, double mean)
    {
        double ratio = sum / mean;
        double whole = Math.Round(ratio);
        return whole is >= 1 and <= int.MaxValue && Math.Abs(ratio - whole) < WholeTolerance ? (int)whole : -1;
    }
}
