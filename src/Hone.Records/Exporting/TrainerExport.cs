using Hone.Records.DataSets;
using Hone.Records.Parquet;

namespace Hone.Records.Exporting;

/// <summary>Writes chosen rows as a trainer takes them.</summary>
public static class TrainerExport
{
    private const string Parquet = ".parquet";

    /// <summary>
    /// Writes a file of rows in the trainer's format, whole or not at all. Rows that are in it already stay as they are, but for
    /// the added fields. The others hold the prompt as chat messages (for NeMo-RL: as text), the answer, the id, and those fields.
    /// </summary>
    /// <remarks>
    /// Formats. verl: data_source, prompt, ability, reward_model, extra_info (docs/preparation/prepare_data.rst). TRL: prompt,
    /// answer, solution (docs/source/dataset_formats.md). OpenRLHF: input, label, datasource (openrlhf/datasets/prompts_dataset.py).
    /// open-instruct: messages, ground_truth, dataset (open_instruct/dataset_transformation.py). NeMo-RL: input, output
    /// (nemo_rl/data/datasets/response_datasets/response_dataset.py). slime: prompt, label, metadata (slime/utils/data.py).
    /// </remarks>
    /// <param name="path">The file to make or replace: Parquet if its name ends in .parquet, else JSON Lines.</param>
    /// <param name="trainer">Whom it is for.</param>
    /// <param name="set">The data set that the rows come from.</param>
    /// <param name="rows">The rows in the order they are to be written.</param>
    /// <exception cref="InvalidDataException">A row lacks what the trainer needs, or DuckDB's library, which Parquet goes through, is
    /// absent.</exception>
    public static void Write(string path, Trainer trainer, DataSet set, IReadOnlyList<SelectedRow> rows)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(rows);
        ExportFacts facts = ExportFacts.Of(set);
        if (!path.EndsWith(Parquet, StringComparison.Ordinal))
        {
            AtomicFile.Write(path, stream =>
            {
                foreach (SelectedRow row in rows)
                {
                    stream.Write(TrainerRow.Make(trainer, facts, row));
                    stream.WriteByte((byte)'\n');
                }
            });
        }
        else if (rows.All(row => TrainerRow.IsOwn(trainer, facts, row.Row)))
        {
            SelectedParquet.Write(path, set, [.. rows.Select(row => TrainerRow.WithId(facts, row))]);
        }
        else
        {
            ParquetFile.Write(path, [.. rows.Select(row => (ReadOnlyMemory<byte>)TrainerRow.Make(trainer, facts, row))]);
        }
    }
}
