using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Cli.Running;
using Hone.Inference.Scoring;
using Hone.Inference.Servers;
using Hone.Records.Logs;
using Hone.Records.Logs.Logprobs;
using Hone.Records.Logs.Texts;
using Hone.Selection;

namespace Hone.Cli.Scores;

/// <summary>Scores the completions of a log that has no log-probabilities, into a file beside it.</summary>
/// <param name="context">Where to write.</param>
/// <param name="running">Who scores.</param>
/// <param name="log">The log's path.</param>
/// <param name="texts">Its texts.</param>
/// <param name="total">Number of its completions.</param>
/// <param name="source">What the log-probabilities are to mean.</param>
internal sealed class RolloutScoringJob(
    CommandContext context, RunningModel running, string log, RolloutTexts texts, int total, LogprobSource source)
{
    // What is handed to the model at once: enough to keep servers busy, and little memory.
    private const int RowsAtOnce = 256;
    private const int CharactersAtOnce = 1 << 22;
    private const int RowsToCompare = 4;
    private readonly List<string> _unanswered = [];
    private ServerException? _failure;
    private readonly List<RolloutText> _waiting = [];
    private int _waitingCharacters;
    private int _scored;
    private int _resumed;
    private int _inLog;
    private int _tooLong;
    private int _empty;
    private long _tokens;
    private double _sum;

    /// <summary>Runs it and prints what was done.</summary>
    public void Run(bool json)
    {
        if (source == LogprobSource.Policy)
        {
            context.Warn($"--as policy: one model's scores are the policy's own only for completions that this very model sampled");
        }

        using LogprobWriter writer = LogprobWriter.Open(log, Header());
        RequireSameScores(writer);
        var progress = new ProgressLine(context, "scoring", "completions");
        foreach (LogFile file in texts.Files)
        {
            writer.RequireSame(file);
            foreach (RolloutText text in texts.Of(file))
            {
                if (writer.Knows(file, text.Row))
                {
                    _resumed++;
                }
                else if (source == LogprobSource.Policy ? text.HasLogprob : text.HasReference)
                {
                    _inLog++;
                }
                else
                {
                    Wait(text, file, writer, progress);
                }
            }

            ScoreWaiting(file, writer, progress);
        }

        if (_failure is not null)
        {
            throw _failure.Named(_unanswered);
        }

        Report(writer.Path, progress.Seconds, json);
    }

    // A served model is known by its name alone, and other weights can have the same; a model folder is known by its hash.
    private void RequireSameScores(LogprobWriter writer)
    {
        if (running.Servers is null)
        {
            return;
        }

        (RolloutText Text, double Known)[] before = [.. texts.Files
            .SelectMany(file =>
            {
                writer.RequireSame(file);
                return texts.Of(file).Select(text => (Text: text, Known: writer.Known(file, text.Row)));
            })
            .Where(row => double.IsFinite(row.Known)).Take(RowsToCompare)];
        RolloutScorer.Score(running.Text, [.. before.Select(row => row.Text)], (text, logProbs) =>
        {
            double was = before.First(row => ReferenceEquals(row.Text, text)).Known, now = Mean(logProbs);
            if (!(Math.Abs(now - was) <= running.SameScore * (1 + Math.Abs(was))))
            {
                throw new InvalidDataException(
                    $"{writer.Path}: holds {was} for row {text.Row}, the served model gives {now}, expected the same scores to go on with. "
                    + "Hint: serve the model that the file was begun with, or remove the file.");
            }
        }, context.TakeCancel());
    }

    private LogprobHeader Header()
    {
        JsonObject identity = running.Identity();
        string model = (string?)identity["model"] ?? "";
        string id = (string?)identity["model_hash"] ?? $"served {identity["served_model"]}";
        return new LogprobHeader(model, identity["weights"] is { } weights ? $"{id} {weights}" : id, source, texts.Format.Name);
    }

    private void Wait(RolloutText text, LogFile file, LogprobWriter writer, ProgressLine progress)
    {
        _waiting.Add(text);
        _waitingCharacters += text.Prompt.Length + text.Completion.Length;
        if (_waiting.Count >= RowsAtOnce || _waitingCharacters >= CharactersAtOnce)
        {
            ScoreWaiting(file, writer, progress);
        }
    }

    private void ScoreWaiting(LogFile file, LogprobWriter writer, ProgressLine progress)
    {
        context.TakeCancel().ThrowIfCancellationRequested();
        if (_waiting.Count == 0)
        {
            return;
        }

        try
        {
            RolloutScorer.Score(running.Text, _waiting, (text, logProbs) =>
            {
                Take(text, logProbs, file, writer);
                int known = _resumed + _inLog;
                progress.Show(_scored + _tooLong + _empty, Math.Max(total - known, _scored + _tooLong + _empty));
            }, context.TakeCancel());
        }
        catch (ServerException error) when (error.Unanswered.Count > 0)
        {
            // The other rows come first; this is said at the end.
            _failure ??= error;
            _unanswered.AddRange(error.Unanswered.Select(i => $"row {_waiting[i].Row} of {file.Path}"));
            if (error.EndsWork)
            {
                throw error.Named(_unanswered);
            }
        }

        _waiting.Clear();
        _waitingCharacters = 0;
    }

    private void Take(RolloutText text, float[]? logProbs, LogFile file, LogprobWriter writer)
    {
        double mean = Mean(logProbs);
        writer.Append(file, text.Row, mean, logProbs?.Length ?? 0);
        switch (logProbs)
        {
            case null:
                _tooLong++;
                break;
            case []:
                _empty++;
                break;
            default:
                running.Introduce();
                _scored++;
                _tokens += logProbs.Length;
                _sum += mean;
                break;
        }
    }

    private static double Mean(float[]? logProbs) =>
        logProbs is { Length: > 0 } ? Confidence.MeanLogProb<float>(logProbs) : double.NaN;

    private void Report(string path, double seconds, bool json)
    {
        if (json)
        {
            var document = new JsonObject
            {
                ["out"] = path, ["format"] = texts.Format.Name, ["source"] = source.ToString().ToLowerInvariant(), ["completions"] = total,
                ["scored"] = _scored, ["resumed"] = _resumed, ["in_log"] = _inLog, ["too_long"] = _tooLong, ["empty"] = _empty,
                ["tokens"] = _tokens, ["mean_logprob"] = JsonOutput.Number(_scored > 0 ? _sum / _scored : null), ["seconds"] = seconds,
            };
            if (running.Servers is { } servers)
            {
                document["servers"] = servers;
            }

            JsonOutput.Print(context, document);
            return;
        }

        string mean = _scored > 0 ? FormattableString.Invariant($", mean log-probability {_sum / _scored:F4}") : "";
        context.Print($"{_scored} completions scored into {path}{mean}, {seconds:F1} s");
        Also(_resumed, "were there already");
        Also(_inLog, "have theirs in the log");
        Also(_tooLong, $"did not fit {running.Positions} and have none");
        Also(_empty, "are empty and have none");
    }

    private void Also(int count, string what)
    {
        if (count > 0)
        {
            context.Print($"{count} {what}");
        }
    }
}
