namespace Hone.Dashboard.Samples;

/// <summary>
/// The numbers of all rollouts of a run, in blocks that never move: one thread adds rows while others read what was published
/// before.
/// </summary>
internal sealed class RolloutTable
{
    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 1 << 14;

    /// <summary>Most rows; with it the table takes at most 1 GiB.</summary>
    public const int MostRows = 1 << 24;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, int> _prompts = [];
    private readonly List<string> _promptIds = [];
    private readonly List<(string Path, bool Dead)> _files = [];
    private readonly List<int> _fileRows = [];
    private RolloutRow[][] _blocks = [];
    private UInt128 _lastKey;
    private int _lastPrompt = -1;
    private int _added;
    private int _dead;
    private TableView _view = TableView.Empty;

    /// <summary>Rows that belong to files that are gone or were replaced.</summary>
    public int DeadRows => _dead;

    /// <summary>Whether rows had to be left out.</summary>
    public bool IsFull => _added >= MostRows;

    /// <summary>What was published last.</summary>
    public TableView View => Volatile.Read(ref _view);

    /// <summary>Starts a file and gives its number.</summary>
    public int AddFile(string path)
    {
        lock (_lock)
        {
            _files.Add((path, false));
            _fileRows.Add(0);
            return _files.Count - 1;
        }
    }

    /// <summary>Takes the rows of a file out.</summary>
    public void DropFile(int file)
    {
        lock (_lock)
        {
            _dead += _fileRows[file];
            _files[file] = ("", true);
        }
    }

    /// <summary>The number of a prompt by its key, which is equal for equal ids; null for a new one.</summary>
    public int? KnownPrompt(UInt128 key)
    {
        // The rows of a group mostly follow each other.
        if (key != _lastKey || _lastPrompt < 0)
        {
            if (!_prompts.TryGetValue(key, out int number))
            {
                return null;
            }

            (_lastKey, _lastPrompt) = (key, number);
        }

        return _lastPrompt;
    }

    /// <summary>Numbers a new prompt.</summary>
    public int AddPrompt(UInt128 key, string id)
    {
        lock (_lock)
        {
            _promptIds.Add(id);
            _prompts.Add(key, _promptIds.Count - 1);
            return _promptIds.Count - 1;
        }
    }

    /// <summary>Adds a row; readers see it from the next <see cref="Publish"/> on.</summary>
    /// <returns>False where the table is full.</returns>
    public bool Add(in RolloutRow row)
    {
        if (IsFull)
        {
            return false;
        }

        if (_added == _blocks.Length * BlockRows)
        {
            _blocks = [.. _blocks, new RolloutRow[BlockRows]];
        }

        _blocks[_added / BlockRows][_added % BlockRows] = row;
        _added++;
        _fileRows[row.File]++;
        return true;
    }

    /// <summary>Shows readers all rows added so far.</summary>
    public void Publish()
    {
        lock (_lock)
        {
            Volatile.Write(ref _view, new TableView(
                _blocks, _added, _added - _dead, [.. _files.Select(file => file.Path)], [.. _files.Select(file => file.Dead)], _view.Version + 1));
        }
    }

    /// <summary>The ids of some prompts.</summary>
    public string[] PromptIds(IEnumerable<int> prompts)
    {
        lock (_lock)
        {
            return [.. prompts.Select(prompt => _promptIds[prompt])];
        }
    }

    /// <summary>The number of the prompt with an id; null for none.</summary>
    public int? PromptNumber(string id)
    {
        lock (_lock)
        {
            return _promptIds.IndexOf(id) is >= 0 and var number ? number : null;
        }
    }
}
