using System.Text;
using Hone.Records.Logs.Json;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Logs.Importers;

/// <summary>A line of ms-swift's completions: a table in columns.</summary>
internal sealed class SwiftTable(TableColumns columns) : ILineParser
{
    private readonly List<string> _names = [];
    private readonly List<string> _rewardNames = [];
    private readonly List<List<double>> _rewards = [];

    /// <inheritdoc/>
    public void Parse(ReadOnlySpan<byte> line, LogFile file, RowBlock rows)
    {
        _names.Clear();
        _rewardNames.Clear();
        _rewards.Clear();
        ReadOnlySpan<byte> prompt = default, completion = default;
        List<double>? steps = null, meanLogprobs = null, refMeanLogprobs = null, truncated = null;
        int offset = 0;
        UInt128 rewards = 0;
        List<UInt128>? ids = null;
        bool rewardsFollow = false;
        var members = new JsonMembers(line);
        while (members.Next(out ReadOnlySpan<byte> utf8, out ReadOnlySpan<byte> value))
        {
            string name = Encoding.UTF8.GetString(utf8);
            _names.Add(name);
            if (value[0] != (byte)'[')
            {
                continue;
            }

            // Not a switch: the user's names may be any.
            if (name == columns.Step || (name == "gen_step" && columns.Step == "step"))
            {
                (steps, offset) = (Numbers(value, name), name == "gen_step" ? 1 : 0);
            }
            else if (name == columns.MeanLogprob)
            {
                meanLogprobs = Numbers(value, name);
            }
            else if (name == columns.RefMeanLogprob)
            {
                refMeanLogprobs = Numbers(value, name);
            }
            else if (name == columns.Truncated)
            {
                truncated = Numbers(value, name);
            }
            else if (name == columns.Prompt)
            {
                ids = Ids(value, rows);
            }
            else if (name == "prompt")
            {
                prompt = value;
            }
            else if (name is "completion" or "advantages")
            {
                completion = name == "completion" ? value : completion;
                rewardsFollow = name == "completion";
            }

            if ((rewardsFollow || name == columns.Reward) && columns.IsReward(name) && IsNumbers(value))
            {
                _rewardNames.Add(name);
                _rewards.Add(Numbers(value, name));
                rewards = PromptKey.Of(rewards, PromptKey.Of(value));
            }
        }

        columns.Check(_names, _rewardNames);
        RowValues.Require(completion, "completion", line);
        if (ids is null)
        {
            RowValues.Require(prompt, "prompt", line);
            ids = Keys(prompt);
        }

        if (steps is null)
        {
            throw new RowException($"no list '{columns.Step}'; the columns are {RecordError.List(_names)}",
                "name another with --field step=THEIR_COLUMN");
        }

        foreach (List<double> column in _rewards.Append(steps).Append(meanLogprobs ?? steps).Append(refMeanLogprobs ?? steps)
            .Append(truncated ?? steps))
        {
            if (column.Count != ids.Count)
            {
                throw new RowException($"the table has {ids.Count} prompts, and a column of {column.Count} entries, expected as many",
                    "correct or remove this line");
            }
        }

        UInt128 table = PromptKey.Of(PromptKey.Of(PromptKey.Of(completion), PromptKey.Of(prompt)), rewards);
        rows.Rewards ??= _rewardNames.Count > 1 ? columns.InWords(_rewardNames) : null;
        for (int i = 0; i < ids.Count; i++)
        {
            var row = new LoggedRow
            {
                Step = steps[i] == Math.Floor(steps[i]) && Math.Abs(steps[i]) < int.MaxValue
                    ? (int)steps[i] + offset
                    : throw new RowException($"'{columns.Step}' is no whole number in entry {i + 1}", "correct or remove this line"),
                Prompt = ids[i],
                Table = table,
                Reward = columns.Total(_rewardNames, _rewards, i),
                MeanLogprob = meanLogprobs?[i] ?? double.NaN,
                RefMeanLogprob = refMeanLogprobs?[i] ?? double.NaN,
                Truncated = truncated?[i] > 0,
            };
            rows.Add(row, meanLogprobs is not null);
        }
    }

    /// <summary>Whether the list's first value that is not null is a number.</summary>
    private static bool IsNumbers(ReadOnlySpan<byte> list)
    {
        JsonNumbers.ListValues values = JsonNumbers.Values(list);
        while (values.Next(out ReadOnlySpan<byte> value))
        {
            if (!value.SequenceEqual("null"u8))
            {
                return value[0] is not ((byte)'"' or (byte)'[' or (byte)'{') && JsonNumbers.TryDouble(value, out _);
            }
        }

        return false;
    }

    private static List<double> Numbers(ReadOnlySpan<byte> list, string name)
    {
        List<double> numbers = [];
        JsonNumbers.ListValues values = JsonNumbers.Values(list);
        while (values.Next(out ReadOnlySpan<byte> value))
        {
            numbers.Add(RowValues.Number(value, name, default));
        }

        return numbers;
    }

    private static List<UInt128> Keys(ReadOnlySpan<byte> list)
    {
        List<UInt128> keys = [];
        JsonNumbers.ListValues values = JsonNumbers.Values(list);
        while (values.Next(out ReadOnlySpan<byte> value))
        {
            keys.Add(PromptKey.Of(value));
        }

        return keys;
    }

    private static List<UInt128> Ids(ReadOnlySpan<byte> list, RowBlock rows)
    {
        List<UInt128> ids = [];
        JsonNumbers.ListValues values = JsonNumbers.Values(list);
        while (values.Next(out ReadOnlySpan<byte> value))
        {
            ids.Add(rows.Id(value.Trim((byte)'"')));
        }

        return ids;
    }
}
