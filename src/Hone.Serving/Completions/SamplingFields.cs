using System.Text.Json;
using Hone.Engine.Decoding;
using Hone.Engine.Kernels;
using Hone.Engine.Tokenization;
using Hone.Hosting;

namespace Hone.Serving.Completions;

/// <summary>How completions of a request are drawn and where they end: what both kinds of completions have in common.</summary>
internal sealed record SamplingFields
{
    /// <summary>Most prompts and completions of one request.</summary>
    public const int MostSequences = 1024;

    /// <summary>Most alternatives for a token, vLLM's default for `--max-logprobs`.</summary>
    public const int MostAlternatives = 20;

    /// <summary>Most log-probs that a request may have of its prompts: what is told of each takes about a hundred bytes.</summary>
    public const int MostPromptLogProbs = 1 << 22;

    private const int MostStops = 64;
    private const int LongestStop = 1024; // chars

    public required SamplingRule Rule { get; init; }

    public required int Count { get; init; } // n

    public long? Seed { get; init; }

    public required string[] Stops { get; init; }

    public required int[] StopTokens { get; init; }

    public bool IgnoreEndTokens { get; init; }

    public bool KeepStop { get; init; }

    public bool SkipSpecialTokens { get; init; }

    public bool ReturnTokenIds { get; init; }

    public bool TokensAsIds { get; init; }

    public bool Stream { get; init; }

    public bool StreamUsage { get; init; }

    /// <exception cref="RequestProblemException">A field has a wrong type or is out of range.</exception>
    public static SamplingFields Read(RequestFields fields, Tokenizer tokenizer)
    {
        var sampling = new SamplingFields
        {
            Rule = new SamplingRule
            {
                Temperature = fields.Number("temperature") ?? 1.0,
                TopP = fields.Number("top_p") ?? 1.0,
                TopK = (int)Math.Max(0, fields.Whole("top_k", -1, int.MaxValue) ?? 0), // -1 keeps all, as 0
                MinP = fields.Number("min_p") ?? 0,
                VocabularyLimit = tokenizer.VocabularySize,
            },
            Count = (int)(fields.Whole("n", 1, MostSequences) ?? 1),
            Seed = fields.Whole("seed", long.MinValue, long.MaxValue),
            Stops = ReadStops(fields),
            StopTokens = ReadIds(fields, "stop_token_ids"),
            IgnoreEndTokens = fields.Flag("ignore_eos"),
            KeepStop = fields.Flag("include_stop_str_in_output"),
            SkipSpecialTokens = fields.Flag("skip_special_tokens", unset: true),
            ReturnTokenIds = fields.Flag("return_token_ids"),
            TokensAsIds = fields.Flag("return_tokens_as_token_ids"),
            Stream = fields.Flag("stream"),
            StreamUsage = ReadStreamUsage(fields),
        };
        if (sampling.Rule.Problems().FirstOrDefault() is { } problem)
        {
            throw RequestProblemException.Bad(problem + ".", problem.Split(' ')[0]);
        }

        return sampling.Count == 1 || sampling.Rule.Temperature > 0
            ? sampling
            : throw RequestProblemException.Bad($"n must be 1 when using greedy sampling, got {sampling.Count}.", "n");
    }

    /// <summary>
    /// The random streams of a prompt's completions: with a seed always the same, the first being that of `hone generate --seed`.
    /// </summary>
    public ulong[] Streams()
    {
        ulong seed = (ulong)(Seed ?? Random.Shared.NextInt64());
        return [.. Enumerable.Range(0, Count).Select(i => i == 0 ? seed : RandomNumbers.Seed(seed, (ulong)i))];
    }

    /// <summary>A number of alternatives, refused above the maximum.</summary>
    public static int? Alternatives(RequestFields fields, string name)
    {
        long? wanted = fields.Whole(name, 0, int.MaxValue);
        return wanted <= MostAlternatives || wanted is null
            ? (int?)wanted
            : throw RequestProblemException.Bad(
                $"Requested {(name == "prompt_logprobs" ? "prompt" : "sample")} logprobs of {wanted}, which is greater than max allowed: "
                + $"{MostAlternatives}", name);
    }

    /// <summary>A list of token ids; empty where there is none.</summary>
    public static int[] ReadIds(RequestFields fields, string name) =>
        fields.List(name) is { } list ? [.. list.EnumerateArray().Select(item => Id(item, name))] : [];

    /// <summary>One token id.</summary>
    public static int Id(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int id) && id >= 0
            ? id
            : throw RequestFields.Wrong(name, item, "token ids from 0 on");

    private static string[] ReadStops(RequestFields fields)
    {
        string[] stops = fields.Find("stop") switch
        {
            null => [],
            { ValueKind: JsonValueKind.String } text => [RequestFields.TextOf(text, "stop")],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
                ? RequestFields.TextOf(item, "stop") : throw RequestFields.Wrong("stop", item, "text or a list of texts"))],
            { } other => throw RequestFields.Wrong("stop", other, "text or a list of texts"),
        };
        return stops.Length > MostStops
                ? throw RequestProblemException.Bad($"`stop` has {stops.Length} texts, expected at most {MostStops}.", "stop")
            : stops.Any(stop => stop.Length > LongestStop)
                ? throw RequestProblemException.Bad($"`stop` has a text of more than {LongestStop} characters.", "stop")
            : stops.Contains("") ? throw RequestProblemException.Bad("`stop` cannot contain an empty string.", "stop")
            : stops;
    }

    private static bool ReadStreamUsage(RequestFields fields)
    {
        if (fields.Find("stream_options") is not { } options)
        {
            return false;
        }

        return options.ValueKind != JsonValueKind.Object ? throw RequestFields.Wrong("stream_options", options, "an object")
            : fields.Flag("stream") ? new RequestFields(options).Flag("include_usage")
            : throw RequestProblemException.Bad("Stream options can only be defined when `stream=True`.", "stream_options");
    }
}
