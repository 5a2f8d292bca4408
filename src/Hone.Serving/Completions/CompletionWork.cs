using System.Text;
using System.Threading.Channels;
using Hone.Engine.Decoding;
using Hone.Hosting;

namespace Hone.Serving.Completions;

/// <summary>What was added to one choice since the last time.</summary>
internal sealed record ChoiceUpdate(int Choice, string Text, DrawnToken[] Tokens, Finish? Finish);

/// <summary>
/// A request's work in the engine: its prompts scored where that was asked for, and its completions. Disposing of it, or the
/// client's leaving, takes what is not done out of the batch.
/// </summary>
internal sealed class CompletionWork : IDisposable
{
    private readonly Channel<ChoicePiece> _pieces =
        Channel.CreateUnbounded<ChoicePiece>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly CancellationTokenSource _cancel;
    private readonly CancellationToken _aborted;
    private readonly TimeSpan _limit;
    private readonly IDisposable? _place;
    private readonly Generation[] _generations = [];
    private readonly Task<SequenceScore[]>? _scores;
    private readonly int _choices;

    /// <param name="model">The model.</param>
    /// <param name="engine">Where it runs.</param>
    /// <param name="prompts">Token ids of the prompts.</param>
    /// <param name="maxTokens">Most tokens of a completion; 0 for none.</param>
    /// <param name="alternatives">Most likely tokens to tell beside each drawn one.</param>
    /// <param name="promptAlternatives">The same for the prompts' tokens; null where those are not to be scored.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="limit">Most time that all of it may take.</param>
    /// <param name="aborted">Set when the client leaves.</param>
    public CompletionWork(
        ServedModel model, EngineLoop engine, int[][] prompts, int maxTokens, int alternatives, int? promptAlternatives,
        SamplingFields sampling, TimeSpan limit, CancellationToken aborted)
    {
        _limit = limit;
        _aborted = aborted;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        try
        {
            _place = engine.Enter(prompts.Length * sampling.Count);
            _cancel.CancelAfter(limit);
            _generations = maxTokens == 0 ? [] : [.. prompts.Select((prompt, i) => new Generation(
                model, prompt, maxTokens, alternatives, sampling, i * sampling.Count, _pieces.Writer))];
            _choices = _generations.Length * sampling.Count;
            foreach (Generation generation in _generations)
            {
                engine.Generate(generation.Request);
            }

            _scores = promptAlternatives is not { } top ? null : Task.WhenAll(
                prompts.Select(prompt => engine.ScoreAsync(new SequenceToScore(prompt, top), _cancel.Token)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The prompts' scores, in order; null where they were not asked for.</summary>
    public async Task<SequenceScore[]?> ScoresAsync()
    {
        try
        {
            return _scores is null ? null : await _scores;
        }
        catch (OperationCanceledException)
        {
            throw Ended();
        }
    }

    /// <summary>What becomes of the choices, as soon as it is known, until all have ended.</summary>
    public async IAsyncEnumerable<ChoiceUpdate> UpdatesAsync()
    {
        for (int open = _choices; open > 0;)
        {
            await WaitAsync();
            foreach (IGrouping<int, ChoicePiece> pieces in Ready().GroupBy(piece => piece.Choice))
            {
                Finish? finish = pieces.Last().Finish;
                if (finish is { Reason: null })
                {
                    throw new RequestProblemException(503, "The engine has stopped.");
                }

                open -= finish is null ? 0 : 1;
                yield return new ChoiceUpdate(
                    pieces.Key, string.Concat(pieces.Select(piece => piece.Text)),
                    [.. pieces.Where(piece => piece.Token is not null).Select(piece => piece.Token!.Value)], finish);
            }
        }
    }

    /// <summary>The choices as they are in the end, in order.</summary>
    public async Task<ChoiceUpdate[]> AllAsync()
    {
        var texts = new StringBuilder[_choices];
        var tokens = new List<DrawnToken>[_choices];
        var finishes = new Finish?[_choices];
        for (int i = 0; i < _choices; i++)
        {
            (texts[i], tokens[i]) = (new StringBuilder(), []);
        }

        await foreach (ChoiceUpdate update in UpdatesAsync())
        {
            texts[update.Choice].Append(update.Text);
            tokens[update.Choice].AddRange(update.Tokens);
            finishes[update.Choice] = update.Finish;
        }

        return [.. texts.Select((text, i) => new ChoiceUpdate(i, text.ToString(), [.. tokens[i]], finishes[i]))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Generation generation in _generations)
        {
            generation.Request.Cancel();
        }

        // Scores that nobody waits for any more may still fail.
        _scores?.ContinueWith(
            task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _cancel.Cancel();
        _cancel.Dispose();
        _place?.Dispose();
    }

    private async Task WaitAsync()
    {
        try
        {
            await _pieces.Reader.WaitToReadAsync(_cancel.Token);
        }
        catch (OperationCanceledException)
        {
            throw Ended();
        }
    }

    private List<ChoicePiece> Ready()
    {
        var ready = new List<ChoicePiece>();
        while (_pieces.Reader.TryRead(out ChoicePiece? piece))
        {
            ready.Add(piece);
        }

        return ready;
    }

    private Exception Ended() => _aborted.IsCancellationRequested
        ? new OperationCanceledException(_aborted)
        : new RequestProblemException(503, $"The request took longer than {_limit.TotalSeconds:F0} seconds and was given up.");
}
