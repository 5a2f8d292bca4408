using System.Threading.Channels;
using Hone.Engine.Decoding;
using Hone.Engine.Tokenization;

namespace Hone.Serving.Completions;

/// <summary>What a step added to one choice of an answer.</summary>
/// <param name="Choice">Index of the choice.</param>
/// <param name="Text">Text that is certain now; often none.</param>
/// <param name="Token">The token that was drawn, or null where the completion has only ended.</param>
/// <param name="Finish">How the choice ended, where it has.</param>
internal sealed record ChoicePiece(int Choice, string Text, DrawnToken? Token, Finish? Finish);

/// <summary>How a choice ended.</summary>
/// <param name="Reason">`stop` or `length`; null where the engine gave up.</param>
/// <param name="StopReason">The text or the token id that stopped it; null for an end token of the model's own.</param>
internal sealed record Finish(string? Reason, object? StopReason);

/// <summary>
/// The completions of one prompt on their way from the engine to a client: turns tokens into text as they come, on the engine's
/// thread, so that a stop text ends a completion at once and always with the same token.
/// </summary>
internal sealed class Generation : ICompletionListener
{
    private readonly SamplingFields _sampling;
    private readonly int _firstChoice;
    private readonly ChannelWriter<ChoicePiece> _pieces;
    private readonly StreamingDecoder[] _decoders;
    private readonly StopStrings[] _stops;
    private readonly int[] _last;

    /// <param name="model">The model.</param>
    /// <param name="prompt">Token ids.</param>
    /// <param name="maxTokens">Most tokens of a completion, at least 1.</param>
    /// <param name="alternatives">Most likely tokens to tell beside each.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="firstChoice">Index of its first choice in the answer.</param>
    /// <param name="pieces">Where the pieces go.</param>
    public Generation(
        ServedModel model, int[] prompt, int maxTokens, int alternatives, SamplingFields sampling, int firstChoice,
        ChannelWriter<ChoicePiece> pieces)
    {
        _sampling = sampling;
        _firstChoice = firstChoice;
        _pieces = pieces;

        // A completion of nothing is a text of its own, not the continuation of one.
        bool continuation = prompt.Any(id => !model.Tokenizer.IsSpecial(id));
        _decoders = [.. Enumerable.Range(0, sampling.Count).Select(
            _ => model.Tokenizer.CreateDecoder(sampling.SkipSpecialTokens, continuation))];
        _stops = [.. _decoders.Select(_ => new StopStrings(sampling.Stops, sampling.KeepStop))];
        _last = new int[sampling.Count];
        Request = new SessionRequest
        {
            Prompt = prompt, Seeds = sampling.Streams(), MaxTokens = maxTokens, Rule = sampling.Rule, Alternatives = alternatives,
            EndTokens = sampling.IgnoreEndTokens ? sampling.StopTokens : [.. model.EndTokens.Concat(sampling.StopTokens).Distinct()],
            Listener = this,
        };
    }

    /// <summary>What the engine is asked.</summary>
    public SessionRequest Request { get; }

    /// <inheritdoc/>
    public bool Drawn(int sample, DrawnToken token)
    {
        // The token that ends a completion is told, but its text is not part of the text.
        _last[sample] = token.Id;
        bool ends = Request.EndTokens.Contains(token.Id) && !_sampling.KeepStop;
        string text = ends ? "" : _stops[sample].Push(_decoders[sample].Push(token.Id));
        _pieces.TryWrite(new ChoicePiece(_firstChoice + sample, text, token, null));
        return _stops[sample].Found is null;
    }

    /// <inheritdoc/>
    public void Ended(int sample, CompletionEnd reason)
    {
        string rest = _stops[sample].Push(_decoders[sample].Finish()) + _stops[sample].Finish();
        Finish finish = reason == CompletionEnd.Cancelled ? new Finish(null, null)
            : _stops[sample].Found is { } stop ? new Finish("stop", stop)
            : reason == CompletionEnd.Length ? new Finish("length", null)
            : new Finish("stop", _sampling.StopTokens.Contains(_last[sample]) ? _last[sample] : null);
        _pieces.TryWrite(new ChoicePiece(_firstChoice + sample, rest, null, finish));
    }
}
