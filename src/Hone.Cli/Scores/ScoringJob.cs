using System.Text.Json.Nodes;
using Hone.Cli.Output;
using Hone.Cli.Running;
using Hone.Inference.Scoring;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Selection;

namespace Hone.Cli.Scores;

/// <summary>
/// Scores what is missing of a data set into a file. Lines are appended as they come, so that a stop loses none; at the end
/// they stand in the order of the data set.
/// </summary>
internal sealed class ScoringJob(CommandContext context, RunningModel running, PromptScorer scorer, DataSet set, string output)
{
    private readonly string _mode = scorer.Mode.ToString().ToLowerInvariant();
    private int _scored;
    private int _tooLong;
    private int _empty;
    private double _sum;

    /// <summary>How the scores are checked once they are there; null for no check.</summary>
    public ScoreCheck? Check { get; init; }

    /// <summary>Runs it and prints what was done.</summary>
    public void Run(bool json)
    {
        Dictionary<string, ScoreLine> known = KnownScores.Read(output, _mode, set);
        DataRow[] missing = [.. set.Rows.Where(row => !known.ContainsKey(row.Id))];
        if (known.Count > 0)
        {
            KnownScores.RequireSame(scorer, running, set, output, known, context.TakeCancel());
            context.Say($"{known.Count} of {set.Rows.Count} prompts are scored in {output} already; going on with {missing.Length}");
        }

        var progress = new ProgressLine(context, "scoring", "prompts");
        Score(missing, progress);
        int all = _scored + known.Count;
        if (all == 0)
        {
            throw new InvalidDataException(
                $"{set.Path}: nothing to score: of {set.Rows.Count} rows {_tooLong} do not fit {running.Positions} and "
                + $"{_empty} have no token to score. Hint: use a model with a longer context, or another --target.");
        }

        KnownScores.PutInOrder(output, set);
        double seconds = progress.Seconds;
        ScoreLine[] lines = [.. ScoreLine.ReadAll(output).Where(line => double.IsFinite(line.Probability))];
        ScoreDistribution? distribution = lines.Length == 0 ? null : Distribution(lines);
        ScoreCheckResult? check = distribution is null ? null : Check?.Run(output, lines, distribution.Mean);
        Report(known.Count, (_sum + known.Values.Sum(line => line.Probability)) / all, seconds, distribution, check, json);
    }

    private void Score(DataRow[] missing, ProgressLine progress)
    {
        bool fresh = !File.Exists(output);
        try
        {
            using ScoreWriter writer = ScoreWriter.Open(output);
            scorer.Score(missing, score =>
            {
                Take(score, writer);
                progress.Show(_scored + _tooLong + _empty, missing.Length);
            }, context.TakeCancel());
        }
        finally
        {
            // A failure before the first score leaves no empty file.
            if (fresh && _scored == 0 && File.Exists(output))
            {
                File.Delete(output);
            }
        }
    }

    private void Take(PromptScore score, ScoreWriter writer)
    {
        switch (score.LogProbs)
        {
            case null:
                _tooLong++;
                break;
            case []:
                _empty++;
                break;
            default:
                double confidence = Confidence.MeanLogProb<float>(score.LogProbs);
                double probability = Confidence.Probability(confidence);
                running.Introduce();
                writer.Append(new ScoreLine(score.Row.Id, confidence, probability, score.LogProbs.Length, _mode, score.Row.PromptHash));
                _scored++;
                _sum += probability;
                break;
        }
    }

    // Prompts are measured in characters, for a server need not tell its tokens.
    private ScoreDistribution Distribution(ScoreLine[] lines)
    {
        Dictionary<string, double> lengths = set.Rows.ToDictionary(row => row.Id, row => (double)row.Prompt.Length);
        return ScoreDistribution.Of(
            [.. lines.Select(line => line.Probability)], [.. lines.Select(line => (double)line.Tokens)],
            [.. lines.Select(line => lengths[line.Id])]);
    }

    private void Report(
        int resumed, double mean, double seconds, ScoreDistribution? distribution, ScoreCheckResult? check, bool json)
    {
        IReadOnlyList<ScoreFinding> findings = distribution is null ? [] : ScoreFindings.Of(distribution);
        if (json)
        {
            var document = new JsonObject
            {
                ["out"] = output, ["target"] = _mode, ["prompts"] = set.Rows.Count, ["scored"] = _scored + resumed,
                ["resumed"] = resumed, ["too_long"] = _tooLong, ["empty_target"] = _empty, ["mean_probability"] = mean,
                ["seconds"] = seconds,
                ["distribution"] = distribution is null ? null : ScoreOutput.Json(distribution),
                ["findings"] = ScoreOutput.Json(check is null ? findings : findings.Concat(check.Findings)),
            };
            if (check is not null)
            {
                document["check"] = ScoreOutput.Json(check);
            }

            if (running.Servers is { } servers)
            {
                document["servers"] = servers;
            }

            JsonOutput.Print(context, document);
            return;
        }

        context.Print($"{_scored + resumed} of {set.Rows.Count} prompts scored in {output}, mean probability {mean:F4}, {seconds:F1} s");
        if (_tooLong > 0)
        {
            context.Print($"{_tooLong} did not fit {running.Positions} and were left out");
        }

        if (_empty > 0)
        {
            context.Print($"{_empty} had no token to score and were left out");
        }

        if (distribution is not null)
        {
            ScoreOutput.Print(context, distribution);
            ScoreOutput.Print(context, findings);
        }

        if (check is not null)
        {
            ScoreOutput.Print(context, check);
        }
    }
}
