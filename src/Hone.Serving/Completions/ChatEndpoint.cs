using System.Text.Json;
using Hone.Engine.Decoding;
using Hone.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hone.Serving.Completions;

/// <summary>`POST /v1/chat/completions`: the next message of a conversation, through the model's chat template.</summary>
internal sealed class ChatEndpoint(ServedModel model, EngineLoop engine, TimeSpan limit)
{
    public async Task AnswerAsync(HttpContext context)
    {
        Call call;
        using (JsonDocument body = await JsonBody.ReadAsync(context))
        {
            call = Read(new RequestFields(body.RootElement));
        }

        using var work = new CompletionWork(
            model, engine, [call.Prompt], call.MaxTokens, call.LogProbs ?? 0, call.PromptLogProbs, call.Sampling, limit,
            context.RequestAborted);
        string id = "chatcmpl-" + Guid.NewGuid().ToString("N");
        long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var texts = new TokenTexts(model.Tokenizer, call.Sampling.TokensAsIds);
        if (!call.Sampling.Stream)
        {
            await JsonAnswer.WriteAsync(context, await WholeAsync(call, work, texts, id, created));
            return;
        }

        var stream = new EventStream(context);
        var chunk = new ChatChunk(id, "chat.completion.chunk", created, model.Name, [], null, null);
        await stream.RunAsync(() => StreamAsync(call, work, texts, chunk, stream));
    }

    private Call Read(RequestFields fields)
    {
        Endpoints.CheckModel(fields, model);
        UnsupportedFields.RefuseInChat(fields);
        SamplingFields sampling = SamplingFields.Read(fields, model.Tokenizer);
        int? top = SamplingFields.Alternatives(fields, "top_logprobs");
        bool logProbs = fields.Flag("logprobs");
        if (top > 0 && !logProbs)
        {
            throw RequestProblemException.Bad("when using `top_logprobs`, `logprobs` must be set to true.", "top_logprobs");
        }

        int? promptLogProbs = SamplingFields.Alternatives(fields, "prompt_logprobs");
        if (sampling.Stream && promptLogProbs is not null)
        {
            throw RequestProblemException.Bad("`prompt_logprobs` are not available when `stream=True`.", "prompt_logprobs");
        }

        long? asked = fields.Whole("max_completion_tokens", 1, int.MaxValue) ?? fields.Whole("max_tokens", 1, int.MaxValue);
        int[] prompt = new Conversation(model, engine.ContextTokens).Tokens(fields);
        long maxTokens = asked ?? Math.Max(1, engine.ContextTokens - prompt.Length);
        PromptField.CheckLength(engine.ContextTokens, prompt.Length, maxTokens);
        return new Call(prompt, (int)maxTokens, logProbs ? top ?? 0 : null, promptLogProbs, sampling);
    }

    private async Task<ChatAnswer> WholeAsync(Call call, CompletionWork work, TokenTexts texts, string id, long created)
    {
        SequenceScore[]? scores = await work.ScoresAsync();
        ChoiceUpdate[] completions = await work.AllAsync();
        return new ChatAnswer(
            id, "chat.completion", created, model.Name,
            [
                .. completions.Select(completion => new ChatChoice(
                    completion.Choice, new ChatMessage("assistant", completion.Text), LogProbs(call, texts, completion),
                    completion.Finish?.Reason, completion.Finish?.StopReason, Ids(call, completion))),
            ],
            Usage.Of(call.Prompt.Length, completions.Sum(completion => completion.Tokens.Length)),
            scores is null ? null : texts.Prompt(call.Prompt, scores[0]), call.Sampling.ReturnTokenIds ? call.Prompt : null);
    }

    private static async Task StreamAsync(Call call, CompletionWork work, TokenTexts texts, ChatChunk chunk, EventStream stream)
    {
        for (int i = 0; i < call.Sampling.Count; i++)
        {
            await stream.SendAsync(chunk with
            {
                Choices = [new ChatChunkChoice(i, new ChatDelta("assistant", ""), null, null, null, null)],
                PromptTokenIds = call.Sampling.ReturnTokenIds ? call.Prompt : null,
            });
        }

        int drawn = 0;
        await foreach (ChoiceUpdate update in work.UpdatesAsync())
        {
            drawn += update.Tokens.Length;
            await stream.SendAsync(chunk with
            {
                Choices =
                [
                    new ChatChunkChoice(
                        update.Choice, new ChatDelta(null, update.Text), LogProbs(call, texts, update), update.Finish?.Reason,
                        update.Finish?.StopReason, Ids(call, update)),
                ],
            });
        }

        if (call.Sampling.StreamUsage)
        {
            await stream.SendAsync(chunk with { Usage = Usage.Of(call.Prompt.Length, drawn) });
        }
    }

    private static ChatLogProbs? LogProbs(Call call, TokenTexts texts, ChoiceUpdate update) =>
        call.LogProbs is null ? null : new ChatLogProbs([.. update.Tokens.Select(texts.Chat)]);

    private static int[]? Ids(Call call, ChoiceUpdate update) =>
        call.Sampling.ReturnTokenIds ? [.. update.Tokens.Select(token => token.Id)] : null;

    private sealed record Call(int[] Prompt, int MaxTokens, int? LogProbs, int? PromptLogProbs, SamplingFields Sampling);
}
