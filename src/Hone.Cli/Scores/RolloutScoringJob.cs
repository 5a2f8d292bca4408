using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Cli.Running;
using Hone.Inference.Scoring;
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

        Report(writer.Path, progress.Seconds, json);
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
        context.Cancel.ThrowIfCancellationRequested();
        if (_waiting.Count == 0)
        {
            return;
        }

        RolloutScorer.Score(running.Text, _waiting, (text, logProbs) =>
        {
            Take(text, logProbs, file, writer);
            int known = _resumed + _inLog;
            progress.Show(_scored + _tooLong + _empty, Math.Max(total - known, _scored + _tooLong + _empty));
        }, context.Cancel);
        _waiting.Clear();
        _waitingCharacters = 0;
    }

    private void Take(RolloutText text, float[]? logProbs, LogFile file, LogprobWriter writer)
    {
        double mean = logProbs is { Length: > 0 } ? Confidence.MeanLogProb<float>(logProbs) : double.NaN;
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
