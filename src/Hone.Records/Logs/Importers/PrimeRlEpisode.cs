using Hone.Records.Logs.Json;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// An episode of prime-rl and its traces, each a completion (verifiers/v1/episode.py, trace.py, graph.py). The prompt is the task's
/// <c>key</c>, which stays the same over a run, else its <c>hash</c>, else the group that the episode was drawn in. A trace's reward
/// is the sum of its rewards' scores by their weights, those of null left out; its log-probabilities are those of the nodes that were
/// sampled.
/// </summary>
internal sealed class PrimeRlEpisode(TokenFigures? tokenFigures) : ILineParser
{
    private readonly List<LoggedRow> _traces = [];

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> line, LogFile file, RowBlock rows)
    {
        ReadOnlySpan<byte> traces = default, task = default, group = default, run = default;
        var members = new JsonMembers(line);
        while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            switch (name)
            {
                case var _ when name.SequenceEqual("traces"u8): traces = value; break;
                case var _ when name.SequenceEqual("task"u8): task = value; break;
                case var _ when name.SequenceEqual("group"u8): group = value; break;
                case var _ when name.SequenceEqual("run"u8): run = value; break;
            }
        }

        if (Member(Member(run, "work"u8), "type"u8).SequenceEqual("\"eval\""u8))
        {
            rows.Foreign++;
            return;
        }

        RowValues.Require(traces, "traces", line);
        if (traces[0] != (byte)'[')
        {
            throw RowValues.Refuse(traces, "traces", "a list of traces");
        }

        Read(traces, file, Prompt(task, group, rows), rows);
    }

    private static UInt128 Prompt(ReadOnlySpan<byte> task, ReadOnlySpan<byte> group, RowBlock rows)
    {
        ReadOnlySpan<byte> key = Member(task, "key"u8);
        key = key.IsEmpty ? Member(task, "hash"u8) : key;
        key = key.IsEmpty ? Member(group, "id"u8) : key;
        return key.Length > 2 && key[0] == (byte)'"'
            ? rows.Id(key[1..^1])
            : throw new RowException("neither 'task.key' nor 'task.hash' nor 'group.id' is a text, expected one that tells the prompt",
                "read the rows as they are with --format json-lines and --field OURS=THEIRS");
    }

    private void Read(ReadOnlySpan<byte> traces, LogFile file, UInt128 prompt, RowBlock rows)
    {
        int step = file.Step ?? throw new RowException(
            "the step is in the folder's name alone, expected step_N above the file", "name the run's folder");
        _traces.Clear();
        int unscored = 0;
        JsonNumbers.ListValues list = JsonNumbers.Values(traces);
        while (list.Next(out ReadOnlySpan<byte> trace))
        {
            double? reward = Reward(Member(trace, "rewards"u8));
            if (reward is null)
            {
                unscored++;
                continue;
            }

            LoggedRow row = Completion(Member(trace, "nodes"u8));
            (row.Step, row.Prompt, row.Reward) = (step, prompt, reward.Value);
            _traces.Add(row);
        }

        // A line that turns out to be half written adds nothing.
        rows.Foreign += unscored;
        foreach (LoggedRow row in _traces)
        {
            rows.Add(row, row.Tokens > 0);
        }
    }

    /// <summary>The sum of scores by their weights; null where no reward was given.</summary>
    private static double? Reward(ReadOnlySpan<byte> rewards)
    {
        if (rewards.IsEmpty || rewards.SequenceEqual("null"u8))
        {
            return null;
        }

        double? total = null;
        var members = new JsonMembers(rewards);
        while (members.Next(out _, out ReadOnlySpan<byte> value))
        {
            if (value[0] == (byte)'{')
            {
                ReadOnlySpan<byte> weight = Member(value, "weight"u8);
                total = (total ?? 0) + (RowValues.Number(Member(value, "score"u8), "rewards.score", value)
                    * (weight.IsEmpty ? 1 : RowValues.Number(weight, "rewards.weight", value)));
            }
            else if (!value.SequenceEqual("null"u8))
            {
                total = (total ?? 0) + RowValues.Number(value, "rewards", default);
            }
        }

        return total;
    }

    private LoggedRow Completion(ReadOnlySpan<byte> nodes)
    {
        tokenFigures?.Clear();
        (double sum, int count, double refSum, int refCount) = (0, 0, 0, 0);
        bool truncated = false;
        JsonNumbers.ListValues list = JsonNumbers.Values(nodes.IsEmpty ? "[]"u8 : nodes);
        while (list.Next(out ReadOnlySpan<byte> node))
        {
            if (!Member(node, "sampled"u8).SequenceEqual("true"u8))
            {
                continue;
            }

            (double own, int tokens) = RowValues.Sum(List(node, "logprobs"u8), "nodes.logprobs", tokenFigures);
            (double reference, int refTokens) = RowValues.Sum(List(node, "reference_logprobs"u8), "nodes.reference_logprobs", null);
            (sum, count, refSum, refCount) = (sum + own, count + tokens, refSum + reference, refCount + refTokens);
            truncated = Member(node, "finish_reason"u8).SequenceEqual("\"length\""u8);
        }

        var row = new LoggedRow
        {
            Tokens = count > 0 ? count : -1, MeanLogprob = sum / count, RefMeanLogprob = refSum / refCount, Truncated = truncated,
        };
        tokenFigures?.MoveTo(ref row);
        return row;
    }

    private static ReadOnlySpan<byte> List(ReadOnlySpan<byte> node, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> value = Member(node, name);
        return value.IsEmpty || value[0] != (byte)'[' ? "[]"u8 : value;
    }

    /// <summary>A member of an object; empty where there is none, or no object.</summary>
    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> wanted)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            return default;
        }

        ReadOnlySpan<byte> found = default;
        var members = new JsonMembers(json);
        while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            found = name.SequenceEqual(wanted) ? value : found;
        }

        return found;
    }
}
