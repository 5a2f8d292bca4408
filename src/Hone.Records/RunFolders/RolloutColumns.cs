using System.Text.Json;

namespace Hone.Records.RunFolders;

/// <summary>Gathers the rows of a log into columns.</summary>
internal sealed class RolloutColumns
{
    // Row and field of a line that has no 'sample': the next number of its step and prompt.
    private readonly Dictionary<(int Step, int Prompt), int> _samples = [];
    private readonly PromptTable _prompts = new();
    private readonly RolloutFields _fields;
    private readonly RolloutRowReader _rows;

    internal RolloutColumns(FieldMap map)
    {
        _fields = new RolloutFields(map);
        _rows = new RolloutRowReader(_fields, _prompts);
    }

    internal List<int> Steps { get; } = [];

    internal List<int> Prompts { get; } = [];

    internal List<int> Samples { get; } = [];

    internal List<int> Tokens { get; } = [];

    internal List<double> LogProbs { get; } = [];

    internal List<double> RefLogProbs { get; } = [];

    internal List<double> Rewards { get; } = [];

    internal List<bool> Truncated { get; } = [];

    internal int SkippedRows { get; private set; }

    internal string? FirstInvalid { get; private set; }

    internal (string[] Ids, int[] Places) PromptsInOrder() => _prompts.InOrder();

    internal void ReadFile(string path)
    {
        using JsonLineReader line = JsonLineReader.Open(path);
        while (line.Read())
        {
            RolloutRow row = _rows.Read(line);
            Require(row, RolloutField.Step, line);
            Require(row, RolloutField.PromptId, line);
            Require(row, RolloutField.Reward, line);
            if (!row.Has(RolloutField.Logprobs))
            {
                Require(row, RolloutField.MeanLogprob, line);
            }

            if (!double.IsFinite(row.Reward) || !double.IsFinite(row.LogProb))
            {
                FirstInvalid ??= FormattableString.Invariant($"{path}:{line.LineNumber}");
            }

            Add(row);
        }
    }

    private void Add(in RolloutRow row)
    {
        int sample = row.Sample;
        if (!row.Has(RolloutField.Sample))
        {
            sample = _samples.GetValueOrDefault((row.Step, row.Prompt));
            _samples[(row.Step, row.Prompt)] = sample + 1;
        }

        if (!double.IsFinite(row.Reward))
        {
            SkippedRows++;
            return;
        }

        Steps.Add(row.Step);
        Prompts.Add(row.Prompt);
        Samples.Add(sample);
        Tokens.Add(row.Has(RolloutField.Tokens) || row.Has(RolloutField.Logprobs) ? row.Tokens : -1);
        LogProbs.Add(double.IsFinite(row.LogProb) ? row.LogProb : double.NaN);
        RefLogProbs.Add(double.IsFinite(row.RefLogProb) ? row.RefLogProb : double.NaN);
        Rewards.Add(row.Reward);
        Truncated.Add(row.Truncated);
    }

    private void Require(in RolloutRow row, RolloutField field, JsonLineReader line)
    {
        if (row.Has(field))
        {
            return;
        }

        IReadOnlyCollection<string> found = JsonFields.Names(JsonElement.Parse(line.Json.Span));
        string name = field == RolloutField.MeanLogprob && _fields.Paths[(int)field].Length == 0
            ? _fields.Name(RolloutField.Logprobs)
            : _fields.Name(field);
        throw line.Error(
            $"no field '{name}'; the fields are {RecordError.List(found)}", RolloutFields.Hint(field, found));
    }
}
