using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Inference.Tests.Servers;

/// <summary>
/// Servers that answer in the documented shapes, field for field where the client reads and with the fields around. Each
/// names what its shape was written by; none was recorded from a live server.
/// </summary>
internal sealed class RecordedShapes(FakeEngine engine)
{
    private const string Model = FakeEngine.Name;

    /// <summary>vLLM 0.11: entrypoints/openai/completion/{protocol,serving}.py; also hone serve, which answers like it.</summary>
    public Func<FakeRequest, FakeReply> Vllm(string owner = "vllm", int context = TinyModel.Context) => request => request.Path switch
    {
        "/v1/models" => Parse($$"""
            {"object":"list","data":[{"id":"{{Model}}","object":"model","created":1764000000,"owned_by":"{{owner}}","root":"/models/tiny",
             "parent":null,"max_model_len":{{context}},"permission":[{"id":"modelperm-1","object":"model_permission","allow_logprobs":true}]}]}
            """),
        "/version" => Parse("""{"version":"0.11.0"}"""),
        "/v1/completions" => TooLong(request, context) ?? FakeReply.Json(Completion(request.Body!, extended: true)),
        _ => FakeReply.NotFound,
    };

    /// <summary>OpenAI's completions (platform.openai.com/docs/api-reference/completions) with echo.</summary>
    public Func<FakeRequest, FakeReply> OpenAi() => request => request.Path switch
    {
        "/v1/models" => Parse($$"""{"object":"list","data":[{"id":"{{Model}}","object":"model","created":1686935002,"owned_by":"openai"}]}"""),
        "/v1/completions" when request.Body!.ContainsKey("prompt_logprobs") => new FakeReply(
            400, """{"error":{"message":"Unrecognized request argument supplied: prompt_logprobs","type":"invalid_request_error"}}"""),
        "/v1/completions" => FakeReply.Json(Completion(request.Body!, extended: false)),
        _ => FakeReply.NotFound,
    };

    /// <summary>SGLang 0.5: docs/basic_usage/native_api.md, sampling_params.md; srt/managers/tokenizer_manager.py.</summary>
    public Func<FakeRequest, FakeReply> Sglang(Action<string>? load = null) => request => request.Path switch
    {
        "/v1/models" => Parse($$"""{"object":"list","data":[{"id":"{{Model}}","object":"model","owned_by":"sglang","root":"{{Model}}","max_model_len":64}]}"""),
        "/get_model_info" => Parse("""
            {"model_path":"/models/tiny","tokenizer_path":"/models/tiny","is_generation":true,"preferred_sampling_params":null,
             "weight_version":"default"}
            """),
        "/get_server_info" => Parse("""{"model_path":"/models/tiny","version":"0.5.5","context_length":null,"internal_states":[{}]}"""),
        "/api/version" => Parse("""{"version":"0.0.0-sglang"}"""),
        "/generate" => FakeReply.Json(Generate(request.Body!)),
        "/update_weights_from_disk" => Load(request.Body!, load),
        _ => FakeReply.NotFound,
    };

    /// <summary>llama.cpp b7000: tools/server/README.md; echo accepted and ignored.</summary>
    public Func<FakeRequest, FakeReply> LlamaCpp() => request => request.Path switch
    {
        "/v1/models" => Parse($$$"""
            {"models":[{"name":"{{{Model}}}"}],"object":"list","data":[{"id":"{{{Model}}}","object":"model","owned_by":"llamacpp",
             "meta":{"vocab_type":2,"n_vocab":257,"n_ctx_train":131072,"n_embd":16,"n_params":1000,"size":2000}}]}
            """),
        "/props" => Parse("""
            {"default_generation_settings":{"id":0,"id_task":-1,"n_ctx":64,"speculative":false,"params":{"n_predict":-1,"temperature":0.8}},
             "total_slots":4,"model_path":"/models/tiny.gguf","chat_template":"","bos_token":"","eos_token":"</s>","build_info":"b7000-abc"}
            """),
        "/api/version" or "/api/tags" => Parse("""{"models":[]}"""),
        "/completion" => FakeReply.Json(Native(request.Body!)),
        "/v1/completions" => FakeReply.Json(IgnoringEcho(request.Body!)),
        _ => FakeReply.NotFound,
    };

    /// <summary>TGI 3.3: docs/openapi.json; the prompt's part only where the server was started with its flag.</summary>
    public Func<FakeRequest, FakeReply> Tgi(bool prefill) => request => request.Path switch
    {
        "/v1/models" => Parse($$"""{"object":"list","data":[{"id":"{{Model}}","object":"model","created":0,"owned_by":"{{Model}}"}]}"""),
        "/info" => Parse($$"""
            {"model_id":"{{Model}}","model_sha":"1","model_pipeline_tag":"text-generation","max_concurrent_requests":128,"max_best_of":2,
             "max_input_tokens":63,"max_total_tokens":64,"router":"text-generation-router","version":"3.3.5"}
            """),
        "/generate" => Tgi(request.Body!, prefill),
        _ => FakeReply.NotFound,
    };

    /// <summary>Ollama 0.13: docs/api.md and api/types.go.</summary>
    public Func<FakeRequest, FakeReply> Ollama() => request => request.Path switch
    {
        "/v1/models" => Parse($$"""{"object":"list","data":[{"id":"{{Model}}","object":"model","created":1,"owned_by":"library"}]}"""),
        "/api/version" => Parse("""{"version":"0.13.1"}"""),
        "/api/tags" => Parse($$"""{"models":[{"name":"{{Model}}","model":"{{Model}}","size":1,"digest":"0"}]}"""),
        "/api/generate" => FakeReply.Json(Ollama(request.Body!)),
        _ => FakeReply.NotFound,
    };

    private static FakeReply Parse(string json) => FakeReply.Json(JsonNode.Parse(json)!);

    private FakeReply? TooLong(FakeRequest request, int context)
    {
        int length = engine.Prompt(request.Body!["prompt"]!).Length, most = (int)request.Body["max_tokens"]!;
        return length + most <= context ? null : new FakeReply(400, $$$"""
            {"error":{"message":"This model's maximum context length is {{{context}}} tokens. However, you requested {{{length + most}}} tokens
             ({{{length}}} in the messages, {{{most}}} in the completion).","type":"BadRequestError","param":null,"code":400}}
            """.ReplaceLineEndings(" "));
    }

    // vLLM widens its 32-bit numbers before it writes them.
    private static JsonNode Number(float value) => JsonValue.Create((double)value);

    private JsonArray LogProbs(int[] ids) => [null, .. engine.LogProbs(ids).Select(Number)];

    private float[] Drawn(int[] prompt, int[] drawn) => engine.LogProbs([.. prompt, .. drawn])[(prompt.Length - 1)..];

    private JsonObject Completion(JsonObject body, bool extended)
    {
        int[] prompt = engine.Prompt(body["prompt"]!);
        bool echo = (bool?)body["echo"] ?? false;
        int[] drawn = FakeEngine.Sample(prompt, (long?)body["seed"] ?? 0, (int)body["max_tokens"]!);
        int[] shown = echo ? [.. prompt, .. drawn] : drawn;
        var choice = new JsonObject
        {
            ["index"] = 0, ["text"] = FakeEngine.Text(shown), ["logprobs"] = null,
            ["finish_reason"] = drawn.Contains(TinyModel.EndToken) ? "stop" : "length", ["stop_reason"] = null,
        };
        if (body["logprobs"] is not null)
        {
            choice["logprobs"] = new JsonObject
            {
                ["text_offset"] = new JsonArray([.. shown.Select((_, i) => JsonValue.Create(i))]),
                ["token_logprobs"] = echo ? LogProbs(shown) : [.. Drawn(prompt, drawn).Select(Number)],
                ["tokens"] = new JsonArray([.. shown.Select(id => JsonValue.Create(engine.Piece(id)))]),
                ["top_logprobs"] = null,
            };
        }

        if (extended && body["prompt_logprobs"] is not null)
        {
            float[] values = engine.LogProbs(prompt);
            choice["prompt_logprobs"] = new JsonArray([null, .. prompt.Skip(1).Select((id, i) => new JsonObject
            {
                [id.ToString(CultureInfo.InvariantCulture)] = new JsonObject
                {
                    ["logprob"] = Number(values[i]), ["rank"] = 3, ["decoded_token"] = engine.Piece(id),
                },
            })]);
        }

        if (extended && (bool?)body["return_token_ids"] == true)
        {
            choice["token_ids"] = new JsonArray([.. drawn.Select(id => JsonValue.Create(id))]);
            choice["prompt_token_ids"] = new JsonArray([.. prompt.Select(id => JsonValue.Create(id))]);
        }

        return new JsonObject
        {
            ["id"] = "cmpl-1", ["object"] = "text_completion", ["created"] = 1764000000, ["model"] = Model, ["choices"] = new JsonArray(choice),
            ["usage"] = new JsonObject
            {
                ["prompt_tokens"] = prompt.Length, ["total_tokens"] = prompt.Length + drawn.Length, ["completion_tokens"] = drawn.Length,
            },
        };
    }

    private JsonObject Generate(JsonObject body)
    {
        int[] prompt = engine.Prompt(body["input_ids"] ?? body["text"]!);
        JsonObject sampling = body["sampling_params"]!.AsObject();
        int[] drawn = FakeEngine.Sample(prompt, (long?)sampling["sampling_seed"] ?? 0, (int)sampling["max_new_tokens"]!);
        bool texts = (bool?)body["return_text_in_logprobs"] ?? false;
        JsonArray Entry(int id, JsonNode? value) => [value, id, texts ? engine.Piece(id) : null];
        var meta = new JsonObject
        {
            ["id"] = "1", ["finish_reason"] = drawn.Contains(TinyModel.EndToken)
                ? new JsonObject { ["type"] = "stop", ["matched"] = 256 }
                : new JsonObject { ["type"] = "length", ["length"] = drawn.Length },
            ["prompt_tokens"] = prompt.Length, ["completion_tokens"] = drawn.Length, ["cached_tokens"] = 0, ["e2e_latency"] = 0.01,
            ["output_token_logprobs"] = new JsonArray([.. drawn.Zip(Drawn(prompt, drawn), (id, value) => Entry(id, Number(value)))]),
        };
        if ((int?)body["logprob_start_len"] == 0)
        {
            float[] values = engine.LogProbs(prompt);
            meta["input_token_logprobs"] = new JsonArray([.. prompt.Select((id, i) => Entry(id, i == 0 ? null : Number(values[i - 1])))]);
        }

        return new JsonObject { ["text"] = FakeEngine.Text(drawn), ["output_ids"] = new JsonArray([.. drawn.Select(id => JsonValue.Create(id))]), ["meta_info"] = meta };
    }

    private static FakeReply Load(JsonObject body, Action<string>? load)
    {
        string path = (string)body["model_path"]!;
        load?.Invoke(path);
        return path.Contains("broken", StringComparison.Ordinal)
            ? new FakeReply(400, """{"success":false,"message":"Failed to get weights iterator: no safetensors","num_paused_requests":0}""")
            : Parse("""{"success":true,"message":"Succeeded to update model weights.","num_paused_requests":0}""");
    }

    private JsonObject Native(JsonObject body)
    {
        int[] prompt = engine.Prompt(body["prompt"]!);
        int[] drawn = FakeEngine.Sample(prompt, (long)body["seed"]!, (int)body["n_predict"]!);
        bool ended = drawn.Contains(TinyModel.EndToken);
        return new JsonObject
        {
            ["index"] = 0, ["content"] = FakeEngine.Text(drawn), ["tokens"] = new JsonArray([.. drawn.Select(id => JsonValue.Create(id))]),
            ["id_slot"] = 0, ["stop"] = true, ["model"] = Model, ["tokens_predicted"] = drawn.Length, ["tokens_evaluated"] = prompt.Length,
            ["generation_settings"] = new JsonObject { ["temperature"] = 1.0 }, ["truncated"] = false, ["stop_type"] = ended ? "eos" : "limit",
            ["stopping_word"] = "", ["tokens_cached"] = prompt.Length,
            ["completion_probabilities"] = new JsonArray([.. drawn.Zip(Drawn(prompt, drawn), (id, value) => new JsonObject
            {
                ["id"] = id, ["token"] = engine.Piece(id), ["bytes"] = new JsonArray(1), ["logprob"] = Number(value),
                ["top_logprobs"] = new JsonArray(),
            })]),
        };
    }

    private JsonObject IgnoringEcho(JsonObject body)
    {
        JsonObject answer = Completion(new JsonObject
        {
            ["prompt"] = body["prompt"]!.DeepClone(), ["max_tokens"] = (int)body["max_tokens"]!, ["logprobs"] = 1,
        }, extended: false);
        answer["system_fingerprint"] = "b7000-abc";
        return answer;
    }

    private FakeReply Tgi(JsonObject body, bool prefill)
    {
        JsonObject parameters = body["parameters"]!.AsObject();
        bool asked = (bool?)parameters["decoder_input_details"] ?? false;
        if (asked && !prefill)
        {
            return new FakeReply(422, """
                {"error":"Input validation error: `decoder_input_details` == true is not supported: prefill logprobs are not enabled","error_type":"validation"}
                """);
        }

        int[] prompt = engine.Prompt(body["inputs"]!);
        int[] drawn = FakeEngine.Sample(prompt, (long?)parameters["seed"] ?? 0, (int)parameters["max_new_tokens"]!);
        JsonObject Entry(int id, JsonNode? value) => new() { ["id"] = id, ["text"] = engine.Piece(id), ["logprob"] = value };
        float[] values = engine.LogProbs(prompt);
        return FakeReply.Json(new JsonObject
        {
            ["generated_text"] = FakeEngine.Text(drawn),
            ["details"] = new JsonObject
            {
                ["finish_reason"] = drawn.Contains(TinyModel.EndToken) ? "eos_token" : "length", ["generated_tokens"] = drawn.Length, ["seed"] = 1,
                ["prefill"] = asked ? new JsonArray([.. prompt.Select((id, i) => Entry(id, i == 0 ? null : Number(values[i - 1])))]) : [],
                ["tokens"] = new JsonArray([.. drawn.Zip(Drawn(prompt, drawn), (id, value) => Entry(id, Number(value)))]),
            },
        });
    }

    private JsonObject Ollama(JsonObject body)
    {
        int[] prompt = engine.Prompt(body["prompt"]!);
        JsonObject options = body["options"]!.AsObject();
        int[] drawn = FakeEngine.Sample(prompt, (long)options["seed"]!, (int)options["num_predict"]!);
        int[] shown = [.. drawn.Where(id => id != TinyModel.EndToken)];
        return new JsonObject
        {
            ["model"] = Model, ["created_at"] = "2025-11-12T00:00:00Z", ["response"] = FakeEngine.Text(drawn), ["done"] = true,
            ["done_reason"] = shown.Length < drawn.Length ? "stop" : "length", ["total_duration"] = 1, ["prompt_eval_count"] = prompt.Length,
            ["eval_count"] = drawn.Length,
            ["logprobs"] = new JsonArray([.. shown.Zip(Drawn(prompt, drawn), (id, value) => new JsonObject
            {
                ["token"] = engine.Piece(id), ["logprob"] = Number(value), ["bytes"] = new JsonArray(id),
            })]),
        };
    }
}
