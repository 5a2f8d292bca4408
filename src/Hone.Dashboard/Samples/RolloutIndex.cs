using Hone.Dashboard.Runs;
using Hone.Records.Lines;
using Hone.Records.RunFolders;

namespace Hone.Dashboard.Samples;

/// <summary>Indexes the rollout files of one of our runs as they grow: each line's place in its file, and its numbers.</summary>
/// <param name="run">The run's folder.</param>
/// <param name="root">What reading must not leave.</param>
internal sealed class RolloutIndex(string run, ContainedFolder root) : RunRollouts
{
    // Bytes of a prompt's id that are kept; ids are told apart by all of theirs.
    private const int LongestId = 1000;
    private readonly Dictionary<string, (LineTail Tail, int File)> _files = [];
    private long _doneBefore;

    /// <inheritdoc/>
    public override bool HasTexts => true;

    /// <inheritdoc/>
    public override void Refresh(CancellationToken cancel)
    {
        Format = "hone";
        string[] paths = Paths();
        DropGone(paths);
        long total = paths.Sum(path => new FileInfo(path) is { Exists: true } file ? file.Length : 0), done = 0;
        bool changed = false;
        Problem = null;
        int bad = 0;
        foreach (string path in paths)
        {
            if (cancel.IsCancellationRequested)
            {
                break;
            }

            (_doneBefore, Bytes) = (done, (Math.Min(Math.Max(done, Bytes.Done), total), total));
            LineTail tail = TailOf(path);
            changed |= Follow(tail, cancel);
            done += new FileInfo(path) is { Exists: true } file ? file.Length : 0;
            bad += tail.BadLines;
            Problem ??= tail.Problem;
        }

        Bytes = (Math.Min(done, total), total);
        BadLines = bad;
        Problem = Table.IsFull ? $"the first {RolloutTable.MostRows:N0} rollouts are shown, later ones are left out" : Problem;
        if (changed)
        {
            Table.Publish();
        }

        if (Table.DeadRows > Math.Max(RolloutTable.BlockRows, Table.View.Count / 2))
        {
            _files.Clear();
            Table = new RolloutTable();
            Refresh(cancel);
        }
    }

    private string[] Paths()
    {
        try
        {
            return [.. RolloutFile.In(run).Where(root.Holds)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void DropGone(string[] paths)
    {
        HashSet<string> there = [.. paths];
        string[] gone = [.. _files.Keys.Where(path => !there.Contains(path))];
        foreach (string path in gone)
        {
            Table.DropFile(_files[path].File);
            _files.Remove(path);
        }

        if (gone.Length > 0)
        {
            Table.Publish();
        }
    }

    private LineTail TailOf(string path)
    {
        if (!_files.TryGetValue(path, out (LineTail Tail, int File) known))
        {
            known = (new LineTail(path), Table.AddFile(path));
            _files.Add(path, known);
        }

        return known.Tail;
    }

    private bool Follow(LineTail tail, CancellationToken cancel)
    {
        int file = _files[tail.Path].File, taken = 0;
        return tail.Look(
            () =>
            {
                Table.DropFile(file);
                file = Table.AddFile(tail.Path);
                _files[tail.Path] = (tail, file);
            },
            (line, offset, ended) =>
            {
                if (!RolloutNumbers.TryRead(line, out RolloutNumbers numbers, out ReadOnlySpan<byte> promptId))
                {
                    return false;
                }

                Table.Add(Row(numbers, Prompt(numbers.Prompt, promptId), file, offset, line.Length));
                if (++taken % RolloutTable.BlockRows == 0)
                {
                    Table.Publish();
                    Bytes = (Math.Min(_doneBefore + offset, Bytes.Total), Bytes.Total);
                }

                return true;
            },
            cancel);
    }

    private int Prompt(UInt128 key, ReadOnlySpan<byte> id) =>
        Table.KnownPrompt(key) ?? Table.AddPrompt(key, RolloutNumbers.IdText(id[..Math.Min(id.Length, LongestId)]));

    private static RolloutRow Row(in RolloutNumbers numbers, int prompt, int file, long offset, int length) => new()
    {
        Offset = offset,
        Length = length,
        File = file,
        Step = numbers.Step,
        Prompt = prompt,
        Sample = numbers.Sample,
        Tokens = numbers.Tokens,
        Reward = numbers.Reward,
        MeanLogprob = numbers.MeanLogprob,
        RefMeanLogprob = numbers.RefMeanLogprob,
        Truncated = numbers.Truncated,
        Correct = RolloutRow.Verdict(numbers.Correct),
        FormatOk = RolloutRow.Verdict(numbers.FormatOk),
    };
}
