namespace Hone.Report;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="IsText">Whether it holds text, not figures.</param>
internal sealed record PageColumn(string Name, bool IsText = false)
{
    /// <summary>A column of figures.</summary>
    public static implicit operator PageColumn(string name) => new(name);
}

/// <summary>A table of a page.</summary>
/// <param name="Caption">What it holds.</param>
/// <param name="Columns">At least one; the first names its row.</param>
/// <param name="Rows">A text for each column.</param>
/// <param name="Marked">The row that is the pick's; -1 for none.</param>
internal sealed record PageTable(
    string Caption, IReadOnlyList<PageColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, int Marked = -1);
