using System.Text.Json.Nodes;
using Hone.Engine.Tokenization;
using Hone.Records;
using Hone.Records.Logs;
using Hone.Report;
using Hone.Selection;

namespace Hone.Cli;

/// <summary>What a report needs beside the ranking: versions, and the tokenizer of the model that wrote the completions.</summary>
internal static class RunReport
{
    /// <summary>The source of a report.</summary>
    /// <param name="path">The run folder or log.</param>
    /// <param name="run">Its ranking.</param>
    /// <param name="seed">The ranking's seed.</param>
    /// <param name="model">The model whose tokenizer names tokens; null for that of the pick or of the run.</param>
    public static ReportSource Source(string path, RankedRun run, ulong seed, string? model = null)
    {
        string? folder = model is null ? Known(path, run) : Models.ExistingFolder(model);
        return new ReportSource
        {
            Path = path,
            Log = run.Log,
            LogOptions = new LogOptions(),
            Rollouts = RankedLog.Scores(run.Log, run.Options),
            Checkpoints = run.Checkpoints,
            Options = run.Options,
            Ranking = run.Result,
            Diagnoses = run.Diagnoses,
            Measures = run.Measures,
            HeldOut = run.HeldOut,
            HeldOutIsValidation = ReferenceEquals(run.HeldOut, run.Validation),
            PickDeleted = run.Result.Warnings.FirstOrDefault(warning => warning.Id == RankingWarningIds.PickDeleted)?.Message,
            TokenTexts = folder is null ? null : Texts(new Lazy<Tokenizer>(() => TokenizerFile.Load(Models.TokenizerFolder(folder)))),
            Version = Version.Text,
            Seed = seed,
        };
    }

    private static string? Known(string path, RankedRun run)
    {
        string file = Path.Combine(path, "run.json");
        string? started = File.Exists(file) && JsonFile.Read(file) is JsonObject saved && saved["config"] is JsonObject config
            && config["model"] is JsonValue value && value.TryGetValue(out string? name) ? Models.Folder(name) : null;
        return ((string?[])[run.Picked?.Path, started]).FirstOrDefault(folder =>
            folder is { Length: > 0 } && File.Exists(Path.Combine(folder, TokenizerFile.FileName)));
    }

    // Each token's text is what decoding grows by when it comes, so that pieces of a character stand with its last. Most logs have
    // no tokens, and then no tokenizer is loaded.
    private static TokenTexts Texts(Lazy<Tokenizer> tokenizer) => ids =>
    {
        if (ids.Any(id => id >= tokenizer.Value.VocabularySize))
        {
            return null;
        }

        StreamingDecoder decoder = tokenizer.Value.CreateDecoder(skipSpecialTokens: true, continuation: true);
        string[] texts = [.. ids.Select(decoder.Push)];
        if (texts.Length > 0)
        {
            texts[^1] += decoder.Finish();
        }

        return texts;
    };
}
