using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Records.Logs.Json;
using Hone.Records.Logs.Reading;
using Hone.Records.Logs.Texts;
using Hone.Records.Parquet;

namespace Hone.Records.Logs.Importers;

/// <summary>
/// TRL's <c>completions/completions_NNNNN.parquet</c> in its output folder, of <c>log_completions=True</c>: a file a call of
/// <c>log()</c>, a row a completion (trl/trainer/grpo_trainer.py, since 0.28). <c>step</c> is <c>global_step</c>, the updates done
/// when it was logged, the completion's own among them with <c>logging_steps=1</c>. A generation that serves several updates
/// (<c>steps_per_generation</c>, <c>num_iterations</c>) is logged again at each of them, and is counted at the first.
/// <para>
/// The reward functions' columns stand between <c>completion</c> and <c>advantage</c>, and are of double type; columns that a reward
/// function adds with <c>log_extra</c> follow them. Those of the names <c>mean_logprob</c>, <c>ref_mean_logprob</c>, <c>truncated</c>,
/// <c>index</c> and <c>prompt_id</c>, and those that are not of double type, are no rewards. An evaluation at the same step replaces
/// the training table.
/// </para>
/// </summary>
internal sealed partial class TrlLog : LogImporter
{
    private static readonly string[] Marks = ["step", "prompt", "completion", "advantage"];

    /// <inheritdoc/>
    internal override LogFormat Format { get; } = new(
        "trl", "TRL completions (Parquet, a table a step)", "TRL logs the number of updates done, the completion's own among them")
    {
        LogprobHint = "TRL logs none; call log_extra(\"mean_logprob\", values) in a reward function",
    };

    /// <inheritdoc/>
    internal override string ForeignRows => "completions of tables that were logged again at a later step";

    /// <inheritdoc/>
    internal override IReadOnlyList<LogFile>? Find(string path)
    {
        IReadOnlyList<string> files = LogFiles.In(path, "completions");
        LogFile[] tables =
        [
            .. files.Select(file => (File: file, Name: TableFile().Match(Path.GetFileName(file)))).Where(file => file.Name.Success)
                .Select(file => new LogFile(file.File, int.Parse(file.Name.Groups[1].ValueSpan, CultureInfo.InvariantCulture)))
                .OrderBy(file => file.Step),
        ];
        if (tables.Length == 0 && files is [var only] && only == path && ParquetFile.IsParquet(path))
        {
            string[] names = [.. ParquetReader.Columns(path).Select(column => column.Name)];
            tables = Marks.All(names.Contains) ? [new LogFile(path)] : [];
        }

        return tables.Length > 0 ? tables : null;
    }

    /// <inheritdoc/>
    internal override void Read(IReadOnlyList<LogFile> files, LogOptions options, RolloutColumns columns)
    {
        var names = TableColumns.Of(Format, options);
        foreach (LogFile file in files)
        {
            columns.Begin(file);
            columns.Take(new TrlTable(file, names).Read());
        }
    }

    /// <inheritdoc/>
    internal override IEnumerable<RolloutText> Texts(LogFile file, LogOptions options, TextFields fields) =>
        CursorTexts.Of(ParquetRowReader.Open(file.Path), file, new LogprobColumns(TableColumns.Of(Format, options)), fields);

    [GeneratedRegex(@"^completions_(\d{1,9})\.parquet$", RegexOptions.IgnoreCase)]
    private static partial Regex TableFile();

    /// <summary>A completion's log-probabilities, from its row as JSON.</summary>
    private sealed class LogprobColumns(TableColumns names) : ILineParser
    {
        private readonly byte[] _mean = Encoding.UTF8.GetBytes(names.MeanLogprob);
        private readonly byte[] _reference = Encoding.UTF8.GetBytes(names.RefMeanLogprob);

        public void Parse(ReadOnlySpan<byte> line, LogFile file, RowBlock rows)
        {
            var row = new LoggedRow();
            var members = new JsonMembers(line);
            while (members.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                if (name.SequenceEqual(_mean) && JsonNumbers.TryDouble(value, out double mean))
                {
                    row.MeanLogprob = mean;
                }

                if (name.SequenceEqual(_reference) && JsonNumbers.TryDouble(value, out double reference))
                {
                    row.RefMeanLogprob = reference;
                }
            }

            rows.Add(row);
        }
    }
}
