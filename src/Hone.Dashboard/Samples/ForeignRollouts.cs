using System.Diagnostics;
using Hone.Dashboard.Runs;
using Hone.Records.Logs;
using Hone.Records.Logs.Texts;

namespace Hone.Dashboard.Samples;

/// <summary>The rollouts of another trainer's log: read anew when its files change, and less often the longer that takes.</summary>
/// <param name="path">The log's folder.</param>
/// <param name="root">What reading must not leave.</param>
internal sealed class ForeignRollouts(string path, ContainedFolder root) : RunRollouts
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    // Reading takes at most a tenth of the time.
    private const int PauseFactor = 9;
    private (long Bytes, DateTime Written, int Files) _mark;
    private long _readAt;
    private TimeSpan _pause;

    /// <inheritdoc/>
    public override bool HasTexts => false;

    /// <inheritdoc/>
    public override void Refresh(CancellationToken cancel)
    {
        if (_readAt != 0 && Stopwatch.GetElapsedTime(_readAt) < _pause)
        {
            return;
        }

        _pause = LeastPause;
        try
        {
            IReadOnlyList<LogFile> files = RolloutTexts.Open(path, new LogOptions()).Files;
            if (files.Any(file => !root.Holds(file.Path)))
            {
                Problem = "a file of this log is a link that leads out of the folder, so it is not read";
                return;
            }

            FileInfo[] there = [.. files.Select(file => new FileInfo(file.Path)).Where(file => file.Exists)];
            (long, DateTime, int) mark = (there.Sum(file => file.Length), there.Max(file => file.LastWriteTimeUtc), there.Length);
            if (mark == _mark)
            {
                return;
            }

            long start = Stopwatch.GetTimestamp();
            Read();
            (_mark, Bytes, Problem) = (mark, (mark.Item1, mark.Item1), null);
            _pause = (Stopwatch.GetElapsedTime(start) * PauseFactor) is var pause && pause > LeastPause ? pause : LeastPause;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or InvalidOperationException)
        {
            Problem = error.Message;
        }
        finally
        {
            _readAt = Stopwatch.GetTimestamp();
        }
    }

    private void Read()
    {
        RolloutLog log = RolloutLog.Read(path);
        var table = new RolloutTable();
        int file = table.AddFile(path);
        for (int i = 0; i < log.PromptIds.Count; i++)
        {
            table.AddPrompt((UInt128)i, log.PromptIds[i]);
        }

        for (int i = 0; i < log.Count; i++)
        {
            AnswerVerdict verdict = log.Verdicts.IsEmpty ? AnswerVerdict.None : log.Verdicts[i];
            table.Add(new RolloutRow
            {
                File = file,
                Step = log.Steps[i],
                Prompt = log.Prompts[i],
                Sample = log.Samples[i],
                Tokens = log.Tokens[i],
                Reward = log.Rewards[i],
                MeanLogprob = log.MeanLogprobs[i],
                RefMeanLogprob = log.RefMeanLogprobs[i],
                Truncated = log.Truncated[i],
                Correct = RolloutRow.Verdict(verdict.Right()),
                FormatOk = RolloutRow.Verdict(verdict.InFormat()),
            });
        }

        table.Publish();
        (Table, Format, Findings) = (table, log.Format.Name, [.. log.Findings.Select(finding => finding.Message)]);
        (LastStep, CheckpointOffset) = (log.LastStep, log.Format.CheckpointOffset);
    }
}
