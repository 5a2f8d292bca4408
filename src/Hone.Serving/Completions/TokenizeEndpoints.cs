using System.Text.Json;
using Hone.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hone.Serving.Completions;

/// <summary>`POST /tokenize` and `POST /detokenize`, as vLLM has them.</summary>
internal sealed class TokenizeEndpoints(ServedModel model, EngineLoop engine)
{
    public async Task TokenizeAsync(HttpContext context)
    {
        using JsonDocument body = await JsonBody.ReadAsync(context);
        var fields = new RequestFields(body.RootElement);
        Endpoints.CheckModel(fields, model);
        int[] ids = fields.Find("messages") is not null
            ? new Conversation(model, int.MaxValue).Tokens(fields)
            : PromptField.Tokenize(
                model, fields.Text("prompt") ?? throw RequestProblemException.Bad("`prompt` or `messages` must be given.", "prompt"),
                fields.Flag("add_special_tokens", unset: true));
        string[]? texts = fields.Flag("return_token_strs") ? [.. ids.Select(id => model.Tokenizer.TokenOf(id) ?? "")] : null;
        await JsonAnswer.WriteAsync(context, new TokenizeAnswer(ids.Length, engine.ContextTokens, ids, texts));
    }

    public async Task DetokenizeAsync(HttpContext context)
    {
        using JsonDocument body = await JsonBody.ReadAsync(context);
        var fields = new RequestFields(body.RootElement);
        Endpoints.CheckModel(fields, model);
        if (fields.Find("tokens") is null)
        {
            throw RequestProblemException.Bad("`tokens` must be given.", "tokens");
        }

        int[] ids = SamplingFields.ReadIds(fields, "tokens");
        await JsonAnswer.WriteAsync(context, new DetokenizeAnswer(model.Tokenizer.Decode(ids, skipSpecialTokens: false)));
    }
}
