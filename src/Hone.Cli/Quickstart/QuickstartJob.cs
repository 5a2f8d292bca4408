using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Cli.Configuration;
using Hone.Cli.Output;
using Hone.Cli.Selections;
using Hone.Engine.Kernels;
using Hone.Engine.Model;
using Hone.Inference.Scoring;
using Hone.Records;
using Hone.Records.DataSets;
using Hone.Records.Evaluations;
using Hone.Records.Logs;
using Hone.Records.RunFolders;
using Hone.Report;
using Hone.Selection;
using Hone.Training.Evaluation;

namespace Hone.Cli.Quickstart;

/// <summary>
/// The whole job, step by step: generate prompts, score them in one pass, keep a tenth, train with GRPO, rank the
/// checkpoints by UGCS, and evaluate all of them to see how good the pick was. Every figure is what this run measured.
/// </summary>
internal sealed class QuickstartJob(CommandContext context, string folder, long seed, int threads)
{
    private const int TrainingPrompts = 2000;
    private const int HeldOutPrompts = 512;
    private const int Level = 2;
    private const int MultiSamples = 16;
    private const int MultiSampledPrompts = 64;
    private const int EvaluationSamples = 4;
    private const double KeptFraction = 0.1;
    private const double HardestPercent = 10;

    /// <summary>Runs it and prints what was found.</summary>
    /// <returns>The command's exit code.</returns>
    public int Run()
    {
        RunFolder home = RunFolder.Create(folder);
        using Kernels kernels = context.StartKernels(threads);
        using LoadedModel policy = LoadedModel.Load(context, Models.Embedded, kernels, ModelUse.Training);
        (DataSet training, DataSet heldOut) = Generate();
        context.Say($"1. generated {training.Rows.Count} training and {heldOut.Rows.Count} held-out prompts");

        Scored scored = Score(policy, training);
        double multiSampling = TimeMultiSampling(policy, training);
        context.Say($"2. scored {scored.Lines.Count} prompts in one pass, {scored.SecondsPerPrompt * 1e3:F2} ms each; sampling {MultiSamples} completions takes {multiSampling * 1e3:F2} ms each: {multiSampling / scored.SecondsPerPrompt:F0} times as long");

        string selectedFile = Path.Combine(folder, "selected.jsonl");
        Selected selected = Selected.Choose(
            "scores.jsonl", scored.Lines, training, new PromptSelectionOptions { Fraction = KeptFraction, Seed = (ulong)seed });
        SelectedRow.Write(selectedFile, selected.Kept);
        context.Say($"3. kept the {selected.Kept.Count} prompts whose probability is nearest the mean of {selected.Center:F3}");

        TrainSettings settings = Settings(selectedFile);
        RunFolder run = RunFolder.Create(settings.Output);
        using RunLock writer = RunLock.Take(run);
        Curve curve = Evaluate(policy, heldOut, 0, run);
        context.Say($"4. training on them; the base is right in {curve.Accuracy:P1} of held-out completions");
        long started = context.Time.GetTimestamp();
        if (Training.Run(context, settings, run, policy, resumeFrom: null) is not 0 and var code)
        {
            return code;
        }

        double trainSeconds = context.Time.GetElapsedTime(started).TotalSeconds;

        var options = new RankingOptions { HardestPercent = HardestPercent, WindowSteps = settings.SaveEvery };
        RolloutLog log = RolloutLog.Read(run.Path);
        RankedRun ranked = RankedRun.Of(
            log, LogCoverage.Of(run.Path, log, run.Checkpoints, options, windowGiven: true), options, (ulong)seed);
        context.Say($"5. ranked {run.Checkpoints.Count} checkpoints by the reward on their {HardestPercent} % most uncertain rollouts");

        Curve[] curves = [.. run.Checkpoints.Select(checkpoint => Evaluate(kernels, checkpoint, heldOut, run))];
        var summary = new QuickstartSummary(curve, curves, ranked.Result.Pick!.Value)
        {
            DataSet = training.Rows.Count,
            Selected = selected.Kept.Count,
            ScoreSecondsPerPrompt = scored.SecondsPerPrompt,
            MultiSampleSecondsPerPrompt = multiSampling,
            TrainSeconds = trainSeconds,
            Seed = seed,
        };
        JsonFile.Write(home.SummaryFile, summary.Json());

        // The results lie where any ranking of the run finds them, and took no part in the pick.
        ranked = ranked.WithHeldOut(StepMetric.Read(run.EvalsFile));
        JsonFile.Write(run.RankingFile, RankingOutput.Json(ranked));
        ReportPage.Write(home.ReportFile, ReportData.Gather(RunReport.Source(run.Path, ranked, (ulong)seed) with
        {
            ScoresFile = Path.Combine(folder, "scores.jsonl"),
            RankingArguments = string.Create(
                CultureInfo.InvariantCulture, $"--hardest {HardestPercent} --window {options.WindowSteps} --seed {seed}").Split(' '),
        }));
        summary.Print(context, ranked.Result, folder);
        return 0;
    }

    private (DataSet Training, DataSet HeldOut) Generate()
    {
        string trainingFile = Path.Combine(folder, "train.jsonl");
        string heldOutFile = Path.Combine(folder, "heldout.jsonl");
        IReadOnlyList<ArithmeticProblem> training = Arithmetic.Generate(TrainingPrompts, Level, seed);

        // Another seed than any a user is likely to train with, and no prompt of the training set.
        IReadOnlyList<ArithmeticProblem> heldOut = Arithmetic.Generate(
            HeldOutPrompts, Level, seed + 1_000_003, training.Select(problem => problem.Prompt));
        Arithmetic.Write(trainingFile, training);
        Arithmetic.Write(heldOutFile, heldOut);
        return (DataSet.Read(trainingFile, requireAnswer: true), DataSet.Read(heldOutFile, requireAnswer: true));
    }

    private Scored Score(LoadedModel policy, DataSet training)
    {
        var lines = new List<ScoreLine>();
        long started = context.Time.GetTimestamp();
        new PromptScorer(policy.Text).Score(training.Rows, score =>
        {
            double confidence = Confidence.MeanLogProb<float>(score.LogProbs);
            lines.Add(new ScoreLine(
                score.Row.Id, confidence, Confidence.Probability(confidence), score.LogProbs!.Length, "answer"));
        }, context.TakeCancel());
        double seconds = context.Time.GetElapsedTime(started).TotalSeconds;
        using (ScoreWriter writer = ScoreWriter.Open(Path.Combine(folder, "scores.jsonl")))
        {
            lines.ForEach(writer.Append);
        }

        return new Scored(lines, seconds / training.Rows.Count);
    }

    // What the difficulty of a prompt costs when it is measured by sampling, on enough prompts to fill the batch.
    private double TimeMultiSampling(LoadedModel policy, DataSet training)
    {
        DataRow[] rows = [.. training.Rows.Take(MultiSampledPrompts)];
        long started = context.Time.GetTimestamp();
        Evaluator.Evaluate(policy.Text, rows, Sampled(MultiSamples), cancel: context.TakeCancel());
        return context.Time.GetElapsedTime(started).TotalSeconds / rows.Length;
    }

    private TrainSettings Settings(string selectedFile)
    {
        string recipe = Path.Combine(AppContext.BaseDirectory, "recipes", "quickstart.yaml");
        string run = Path.Combine(folder, "run");
        return TrainSettings.Load(recipe, [
            $"model={Models.Embedded}", $"data={Quote(selectedFile)}", $"out={Quote(run)}",
            string.Create(CultureInfo.InvariantCulture, $"seed={seed}"),
        ]);
    }

    private static string Quote(string path) => JsonValue.Create(path).ToJsonString();

    private EvaluationOptions Sampled(int samples) => new()
    {
        Samples = samples, Seed = seed, MaxTokens = 64, Sampling = new SamplingRule(),
    };

    private Curve Evaluate(Kernels kernels, Checkpoint checkpoint, DataSet heldOut, RunFolder run)
    {
        using LoadedModel model = LoadedModel.Load(context, checkpoint.Path, kernels, ModelUse.Inference);
        return Evaluate(model, heldOut, checkpoint.Step, run);
    }

    private Curve Evaluate(LoadedModel model, DataSet heldOut, int step, RunFolder run)
    {
        EvaluationResult result = Evaluator.Evaluate(
            model.Text, heldOut.Rows, Sampled(EvaluationSamples), cancel: context.TakeCancel());
        EvalLine.Append(run.EvalsFile, new EvalLine(
            step, "heldout", result.Accuracy, result.Low, result.High, result.Prompts, result.Samples));
        return new Curve(step, result.Accuracy, result.Low, result.High);
    }

    private sealed record Scored(List<ScoreLine> Lines, double SecondsPerPrompt);
}
