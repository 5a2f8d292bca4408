using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Inference.Chat;
using Hone.Inference.Servers;
using Hone.Records.DataSets;

namespace Hone.Inference.Scoring;

/// <summary>What one pass says of a prompt.</summary>
/// <param name="Row">The prompt.</param>
/// <param name="LogProbs">Natural log-probabilities of the target's tokens; null where the text does not fit the model.</param>
public sealed record PromptScore(DataRow Row, float[]? LogProbs);

/// <summary>Scores prompts in one pass each.</summary>
public sealed class PromptScorer
{
    /// <summary>What opens the answer in <see cref="TargetMode.Answer"/>, unless said otherwise.</summary>
    public const string DefaultAnswerPrefix = "<answer> ";

    /// <summary>Completions at a time on the engine of this process, unless said otherwise.</summary>
    public const int LocalCompletions = 256;

    private readonly ITextModel _model;

    /// <summary>Scores with a model.</summary>
    public PromptScorer(ITextModel model) => _model = model;

    /// <summary>What to score.</summary>
    public TargetMode Mode { get; init; } = TargetMode.Answer;

    /// <summary>Text between prompt and answer; its tokens are not scored.</summary>
    public string AnswerPrefix { get; init; } = DefaultAnswerPrefix;

    /// <summary>Text between prompt and target, in front of the answer prefix; not scored.</summary>
    public string Separator { get; init; } = "";

    /// <summary>
    /// The conversation that prompts are put into, or null for bare text. The answer then stands in the assistant's turn,
    /// behind the answer prefix, as in the authors' script; the separator plays no part.
    /// </summary>
    public ChatPrompt? Chat { get; init; }

    /// <summary>Most tokens of a sampled completion.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Seed of sampled completions.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Rows whose completions are asked for together; servers are kept busy by all of them at once.</summary>
    public int CompletionsAtATime { get; init; } = LocalCompletions;

    /// <summary>Scores rows and hands each result over as soon as it is there, in batches.</summary>
    /// <exception cref="InvalidDataException">A row lacks what the mode needs.</exception>
    public void Score(IReadOnlyList<DataRow> rows, Action<PromptScore> scored, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(scored);
        if (Mode == TargetMode.Completion)
        {
            Sample(rows, scored, cancel);
            return;
        }

        ScoringRequest[] requests = [.. rows.Select(Request)];
        Named(rows, () => _model.Score(requests, (i, score) => scored(new PromptScore(rows[i], score?.LogProbs)), cancel));
    }

    private ScoringRequest Request(DataRow row)
    {
        if (Chat is { } chat)
        {
            return InConversation(chat, row);
        }

        string before = Mode switch
        {
            TargetMode.Answer => row.Prompt + Separator + AnswerPrefix,
            TargetMode.Solution => row.Prompt + Separator,
            _ => "",
        };
        return new ScoringRequest(before + Target(row), before.Length);
    }

    private ScoringRequest InConversation(ChatPrompt chat, DataRow row)
    {
        if (Mode == TargetMode.Prompt)
        {
            (string conversation, int start) = chat.UpToPrompt(row);
            return new ScoringRequest(conversation, start);
        }

        string target = Target(row);
        string text = chat.Continued(row, (Mode == TargetMode.Answer ? AnswerPrefix : "") + target);
        int length = text.EndsWith(target, StringComparison.Ordinal) ? target.Length : target.Trim().Length;
        return new ScoringRequest(text, text.Length - length);
    }

    private string Target(DataRow row) => Mode switch
    {
        TargetMode.Answer => row.Answer is { Length: > 0 } answer ? answer : throw Missing(row, "answer"),
        TargetMode.Solution => row.Solution is { Length: > 0 } solution ? solution : throw Missing(row, "solution"),
        _ => row.Prompt,
    };

    private static InvalidDataException Missing(DataRow row, string field) => new(
        $"line {row.LineNumber}: row '{row.Id}' has no {field}, expected one for --target {field}. "
        + $"Hint: map it with --field {field}=THEIR_FIELD, or use --target prompt or completion.");

    private void Sample(IReadOnlyList<DataRow> rows, Action<PromptScore> scored, CancellationToken cancel)
    {
        foreach (DataRow[] part in rows.Chunk(CompletionsAtATime))
        {
            string[] prompts = [.. part.Select(row => Chat?.Apply(row).Prompt ?? row.Prompt)];
            CompletionRequest[] requests = [.. part.Select((row, i) => new CompletionRequest(
                prompts[i], [RandomNumbers.Seed((ulong)Seed, RandomNumbers.Hash(row.Id))], MaxTokens))];
            bool[] fits = [];
            Named(part, () => fits = _model.Fit(prompts, cancel));
            int[] asked = [.. Enumerable.Range(0, part.Length).Where(i => fits[i])];
            foreach (DataRow row in part.Where((_, i) => !fits[i]))
            {
                scored(new PromptScore(row, null));
            }

            Named([.. asked.Select(i => part[i])], () => _model.Complete(
                [.. asked.Select(i => requests[i])], new SamplingRule(),
                completion => scored(new PromptScore(part[asked[completion.Request]], completion.LogProbs)), cancel));
        }
    }

    // Users know a row by its id.
    private static void Named(IReadOnlyList<DataRow> rows, Action ask)
    {
        try
        {
            ask();
        }
        catch (ServerException error) when (error.Unanswered.Count > 0)
        {
            throw error.Named([.. error.Unanswered.Select(i => $"row '{rows[i].Id}'")]);
        }
    }
}
