using Hone.Cli.Configuration;
using Hone.Engine.Model;
using Hone.Engine.Tokenization;
using Hone.Inference.Chat;
using Hone.Records.DataSets;
using Hone.Training.Batches;

namespace Hone.Cli;

/// <summary>The tokens that supervised training learns from.</summary>
internal static class SupervisedRows
{
    /// <summary>Each row's prompt and solution; rows that are longer than the model's positions are left out with a warning.</summary>
    /// <param name="context">Where to warn, and today's date.</param>
    /// <param name="settings">The run's.</param>
    /// <param name="checkpoint">The checkpoint that the run goes on from, whose template counts; null for none.</param>
    /// <param name="data">The rows.</param>
    /// <param name="model">The model, for its positions and its end tokens.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="InvalidDataException">A row has nothing to train on, or none fits.</exception>
    public static List<TokenGroup> Tokenize(
        CommandContext context, SftSettings settings, string? checkpoint, DataSet data, Transformer model, Tokenizer tokenizer)
    {
        int longest = model.Config.MaxPositions;
        var date = new PromptDate(context, settings.Prompt.Date, "prompt.date");
        ChatPrompt? chat = settings.Model is { } name ? settings.Prompt.Open(Models.TemplateFolder(checkpoint ?? name), date) : null;
        int? end = EndToken(Models.EndTokens(model.Config, tokenizer), chat, data, tokenizer);
        var rows = new List<TokenGroup>();
        int tooLong = 0;
        foreach (DataRow row in data.Rows)
        {
            string target = row.Solution ?? row.Answer
                ?? throw new InvalidDataException(
                    $"{data.Path}:{row.LineNumber}: the row has no solution and no answer, expected one to train on. "
                    + "Hint: map a field with fields: [solution=THEIR_FIELD].");
            TokenGroup pair = TextTokens.Pair(
                tokenizer, settings.Prompt.Apply(chat, row).Prompt, settings.CompletionPrefix + target, end,
                addSpecialTokens: chat is null);
            if (pair.Rows + 1 > longest)
            {
                tooLong++;
                continue;
            }

            rows.Add(pair);
        }

        if (date.Asked is { } asked)
        {
            // A run that goes on another day must see the same prompts.
            settings.Resolved["prompt"]!["date"] = PromptDate.Text(asked);
        }

        if (rows.Count == 0)
        {
            throw new InvalidDataException(
                $"{data.Path}: no row fits the model's {longest} positions. Hint: use a model with more, or shorter rows.");
        }

        if (tooLong > 0)
        {
            context.Warn($"{tooLong} of {data.Rows.Count} rows are longer than the model's {longest} positions and were left out");
        }

        return rows;
    }

    // A chat model ends its turn as its template does, which need not be the first end token of its files.
    private static int? EndToken(IReadOnlyList<int> ends, ChatPrompt? chat, DataSet data, Tokenizer tokenizer)
    {
        int? end = ends is [int first, ..] ? first : null;
        if (chat is null)
        {
            return end;
        }

        int[] behind = tokenizer.Encode(chat.AfterAnswer(data.Rows[0], "answer"), addSpecialTokens: false);
        return behind.Where(ends.Contains).Select(id => (int?)id).FirstOrDefault() ?? end;
    }
}
