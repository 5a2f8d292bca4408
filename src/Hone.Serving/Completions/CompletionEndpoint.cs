using System.Text.Json;
using Hone.Engine.Decoding;
using Hone.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hone.Serving.Completions;

/// <summary>`POST /v1/completions`: completions of texts or token ids, and what the model thinks of the prompts themselves.</summary>
internal sealed class CompletionEndpoint(ServedModel model, EngineLoop engine, TimeSpan limit)
{
    private const int UnsetMaxTokens = 16;
    private const string Kind = "text_completion";

    public async Task AnswerAsync(HttpContext context)
    {
        Call call;
        using (JsonDocument body = await JsonBody.ReadAsync(context))
        {
            call = Read(new RequestFields(body.RootElement));
        }

        using var work = new CompletionWork(
            model, engine, [.. call.Prompts.Select(prompt => prompt.Ids)], call.MaxTokens, call.LogProbs ?? 0, call.PromptLogProbs,
            call.Sampling, limit, context.RequestAborted);
        var answer = new CompletionAnswer(
            "cmpl-" + Guid.NewGuid().ToString("N"), Kind, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), model.Name, [], null);
        if (!call.Sampling.Stream)
        {
            await JsonAnswer.WriteAsync(context, await WholeAsync(call, work, answer));
            return;
        }

        var stream = new EventStream(context);
        await stream.RunAsync(() => StreamAsync(call, work, answer, stream));
    }

    private Call Read(RequestFields fields)
    {
        Endpoints.CheckModel(fields, model);
        UnsupportedFields.RefuseInCompletions(fields);
        SamplingFields sampling = SamplingFields.Read(fields, model.Tokenizer);
        bool echo = fields.Flag("echo");
        int maxTokens = (int)(fields.Whole("max_tokens", 0, int.MaxValue) ?? UnsetMaxTokens);
        int? logProbs = SamplingFields.Alternatives(fields, "logprobs");
        int? promptLogProbs = SamplingFields.Alternatives(fields, "prompt_logprobs");
        if (sampling.Stream && promptLogProbs is not null)
        {
            throw RequestProblemException.Bad("`prompt_logprobs` are not available when `stream=True`.", "prompt_logprobs");
        }

        if (maxTokens == 0 && !echo)
        {
            throw RequestProblemException.Bad("max_tokens must be at least 1, got 0; only with `echo` may it be 0.", "max_tokens");
        }

        bool special = fields.Flag("add_special_tokens", unset: true);
        ServedPrompt[] prompts = new PromptField(model, engine.ContextTokens, special).Read(fields);
        if (prompts.Length * sampling.Count > SamplingFields.MostSequences)
        {
            throw RequestProblemException.Bad(
                $"{prompts.Length} prompts with n={sampling.Count} make more than {SamplingFields.MostSequences} completions.", "n");
        }

        foreach (ServedPrompt prompt in prompts)
        {
            PromptField.CheckLength(engine.ContextTokens, prompt.Ids.Length, maxTokens);
        }

        long told = (promptLogProbs is { } asked ? asked + 1L : 0) + (echo && logProbs is { } echoed ? (echoed + 1L) * sampling.Count : 0);
        long size = told * prompts.Sum(prompt => prompt.Ids.Length);
        return size <= SamplingFields.MostPromptLogProbs
            ? new Call(prompts, maxTokens, echo, logProbs, promptLogProbs ?? (echo ? logProbs : null), sampling)
            : throw RequestProblemException.Bad(
                $"The prompts' tokens with their alternatives come to {size} log-probs, expected at most "
                + $"{SamplingFields.MostPromptLogProbs}; send fewer prompts in a request.", promptLogProbs is null ? "logprobs" : "prompt_logprobs");
    }

    private async Task<CompletionAnswer> WholeAsync(Call call, CompletionWork work, CompletionAnswer answer)
    {
        SequenceScore[]? scores = await work.ScoresAsync();
        ChoiceUpdate[] completions = await work.AllAsync();
        var choices = new CompletionChoice[call.Prompts.Length * call.Sampling.Count];
        var parts = new Parts(model, call);
        for (int i = 0; i < choices.Length; i++)
        {
            ServedPrompt prompt = call.Prompts[i / call.Sampling.Count];
            SequenceScore? score = scores?[i / call.Sampling.Count];
            ChoiceUpdate completion = completions.Length > 0
                ? completions[i]
                : new ChoiceUpdate(i, "", [], new Finish("length", null));
            choices[i] = parts.Choice(completion, call.Echo ? prompt : null, score, offset: 0) with
            {
                PromptLogprobs = score is null ? null : parts.Texts.Prompt(prompt.Ids, score),
                PromptTokenIds = call.Sampling.ReturnTokenIds ? prompt.Ids : null,
            };
        }

        return answer with
        {
            Choices = choices,
            Usage = Usage.Of(call.Prompts.Sum(prompt => prompt.Ids.Length), completions.Sum(completion => completion.Tokens.Length)),
        };
    }

    private async Task StreamAsync(Call call, CompletionWork work, CompletionAnswer answer, EventStream stream)
    {
        SequenceScore[]? scores = await work.ScoresAsync();
        var parts = new Parts(model, call);
        int[] offsets = new int[call.Prompts.Length * call.Sampling.Count];
        int drawn = 0;
        async Task SendAsync(ChoiceUpdate update, bool first)
        {
            int prompt = update.Choice / call.Sampling.Count;
            CompletionChoice choice = parts.Choice(
                update, first && call.Echo ? call.Prompts[prompt] : null, scores?[prompt], offsets[update.Choice]) with
            {
                PromptTokenIds = first && call.Sampling.ReturnTokenIds ? call.Prompts[prompt].Ids : null,
            };
            offsets[update.Choice] += choice.Logprobs?.Tokens.Sum(TokenTexts.Characters) ?? 0;
            await stream.SendAsync(answer with { Choices = [choice] });
        }

        bool[] begun = new bool[offsets.Length];
        for (int i = 0; call.MaxTokens == 0 && i < offsets.Length; i++)
        {
            await SendAsync(new ChoiceUpdate(i, "", [], new Finish("length", null)), first: true);
        }

        await foreach (ChoiceUpdate update in work.UpdatesAsync())
        {
            drawn += update.Tokens.Length;
            await SendAsync(update, first: !begun[update.Choice]);
            begun[update.Choice] = true;
        }

        if (call.Sampling.StreamUsage)
        {
            await stream.SendAsync(answer with { Usage = Usage.Of(call.Prompts.Sum(prompt => prompt.Ids.Length), drawn) });
        }
    }

    private sealed record Call(
        ServedPrompt[] Prompts, int MaxTokens, bool Echo, int? LogProbs, int? PromptLogProbs, SamplingFields Sampling);

    /// <summary>Puts choices together, or parts of them.</summary>
    private sealed class Parts(ServedModel model, Call call)
    {
        public TokenTexts Texts { get; } = new(model.Tokenizer, call.Sampling.TokensAsIds);

        // The prompt goes in front where it is given.
        public CompletionChoice Choice(ChoiceUpdate update, ServedPrompt? prompt, SequenceScore? score, int offset)
        {
            int[] drawn = [.. update.Tokens.Select(token => token.Id)];
            CompletionLogProbs? logProbs = call.LogProbs is not { } top ? null : Texts.Completion(
                [.. prompt?.Ids ?? [], .. drawn],
                [.. prompt is null ? [] : PromptLogProbs(score!), .. update.Tokens.Select(token => (float?)token.LogProb)],
                [
                    .. prompt is null ? [] : PromptTop(score!, top),
                    .. update.Tokens.Select(token => token.TopTokens.Zip(token.TopLogProbs).ToArray()),
                ],
                offset);
            return new CompletionChoice(
                update.Choice, prompt?.Text + update.Text, logProbs, update.Finish?.Reason, update.Finish?.StopReason,
                call.Sampling.ReturnTokenIds ? drawn : null, null, null);
        }

        // Nothing precedes the first token.
        private static IEnumerable<float?> PromptLogProbs(SequenceScore score) =>
            score.LogProbs.Select(value => (float?)value).Prepend(null);

        private static IEnumerable<(int Id, float LogProb)[]> PromptTop(SequenceScore score, int most)
        {
            int places = score.LogProbs.Length, top = places == 0 ? 0 : score.TopTokens.Length / places;
            return Enumerable.Range(0, places)
                .Select(i => Enumerable.Range(i * top, Math.Min(top, most)))
                .Select(range => range.Select(at => (score.TopTokens[at], score.TopLogProbs[at])).ToArray())
                .Prepend([]);
        }
    }
}
