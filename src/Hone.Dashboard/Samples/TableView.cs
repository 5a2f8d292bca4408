namespace Hone.Dashboard.Samples;

/// <summary>The rows of a table at one moment.</summary>
/// <param name="Blocks">All but the last are full.</param>
/// <param name="Count">Rows in the blocks, those of dropped files counted.</param>
/// <param name="Live">Rows that count.</param>
/// <param name="Files">Path of each file.</param>
/// <param name="Dead">Whether each file was dropped.</param>
/// <param name="Version">Another for every change.</param>
internal sealed record TableView(RolloutRow[][] Blocks, int Count, int Live, string[] Files, bool[] Dead, long Version)
{
    /// <summary>No rows.</summary>
    public static TableView Empty { get; } = new([], 0, 0, [], [], 0);

    /// <summary>A row by its place.</summary>
    public ref readonly RolloutRow this[int row] => ref Blocks[row / RolloutTable.BlockRows][row % RolloutTable.BlockRows];

    /// <summary>Whether a row counts.</summary>
    public bool IsLive(int row) => !Dead[this[row].File];
}
