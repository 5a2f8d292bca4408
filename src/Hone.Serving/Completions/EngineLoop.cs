using Hone.Engine.Decoding;
using Hone.Engine.Model;
using Hone.Hosting;

namespace Hone.Serving.Completions;

/// <summary>
/// The one thread that uses the model. Requests from all connections queue here: completions join the running batch between two
/// decoding steps, and texts to be scored are put together in passes between the steps. Results do not depend on either.
/// </summary>
public sealed class EngineLoop : IDisposable
{
    private readonly EngineSettings _settings;
    private readonly Activations _activations;
    private readonly DecodingSession _session;
    private readonly SequenceScorer _scorer;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly List<SessionRequest> _newRequests = []; // guarded by _gate, as the next three
    private readonly Queue<ScoringJob> _newJobs = new();
    private bool _stopping;
    private string? _failure;
    private readonly Queue<ScoringJob> _jobs = new(); // the thread's own
    private int _pending;

    /// <summary>Starts the thread; from here on the model is its.</summary>
    public EngineLoop(Transformer model, EngineSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.CacheTokens, EngineSettings.LeastCacheTokens, nameof(settings));
        _settings = settings;
        _activations = new Activations(model.Config, ActivationMode.Discard);
        _session = new DecodingSession(model, _activations, settings.Rows, settings.CacheTokens);
        ContextTokens = (int)Math.Min(model.Config.MaxPositions, _session.LongestSequence);
        _scorer = new SequenceScorer(model, _activations);
        _thread = new Thread(Run) { IsBackground = true, Name = "engine" };
        _thread.Start();
    }

    /// <summary>Texts and completions that are not done.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Tokens that the cache has room for.</summary>
    public long CacheTokens => _session.CacheTokens;

    /// <summary>Those of them that nothing holds at the moment.</summary>
    public long FreeCacheTokens => _session.FreeCacheTokens;

    /// <summary>Why the engine no longer works, or null.</summary>
    public string? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    /// <summary>Longest sequence in tokens: what the model has positions for and the cache has room for.</summary>
    public int ContextTokens { get; }

    /// <summary>Lets a request in that has so many texts and completions; they count until the answer is disposed of.</summary>
    /// <exception cref="RequestProblemException">Too many are waiting: 429. The engine does not work any more: 503.</exception>
    public IDisposable Enter(int sequences)
    {
        if (Failure is { } failure)
        {
            throw new RequestProblemException(503, $"The engine has stopped: {failure}");
        }

        int pending = Interlocked.Add(ref _pending, sequences);
        var place = new Place(this, sequences);
        if (pending <= Math.Max(_settings.MaxPending, sequences))
        {
            return place;
        }

        place.Dispose();
        throw new RequestProblemException(429, $"{pending - sequences} texts and completions are waiting already; try again later.")
        {
            RetryAfter = 1,
        };
    }

    /// <summary>Decodes completions; the request's listener is told.</summary>
    /// <param name="request">Of at most <see cref="ContextTokens"/> in all, with a valid rule.</param>
    public void Generate(SessionRequest request)
    {
        lock (_gate)
        {
            CheckWorking();
            _newRequests.Add(request);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Scores a text in the next pass that has room.</summary>
    public Task<SequenceScore> ScoreAsync(SequenceToScore sequence, CancellationToken cancel)
    {
        var job = new ScoringJob(sequence, cancel);
        lock (_gate)
        {
            CheckWorking();
            _newJobs.Enqueue(job);
            Monitor.Pulse(_gate);
        }

        return job.Answer.Task.WaitAsync(cancel);
    }

    /// <summary>Stops the thread; what is not done is given up.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            _failure ??= "the server is stopping.";
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _session.Dispose();
        _activations.Dispose();
    }

    private void Run()
    {
        try
        {
            while (TakeNewWork())
            {
                if (_session.HasWork)
                {
                    _session.Step();
                }

                ScoreOnePass();
            }
        }
        catch (Exception error)
        {
            // Out of memory, say. The state of the batch is unknown from here on, so nothing goes on with it.
            lock (_gate)
            {
                _failure = $"{error.GetType().Name}: {error.Message}";
            }
        }

        try
        {
            GiveUp();
        }
        catch (Exception error)
        {
            // Nothing above this would catch it, and the process would end; who still waits is told once their time is over.
            lock (_gate)
            {
                _failure ??= $"{error.GetType().Name}: {error.Message}";
            }
        }
    }

    // Waits until there is something to do; answers whether to go on.
    private bool TakeNewWork()
    {
        lock (_gate)
        {
            while (!_stopping && _newRequests.Count == 0 && _newJobs.Count == 0 && !_session.HasWork && _jobs.Count == 0)
            {
                Monitor.Wait(_gate);
            }

            _newRequests.ForEach(_session.Add);
            _newRequests.Clear();
            while (_newJobs.TryDequeue(out ScoringJob? job))
            {
                _jobs.Enqueue(job);
            }

            return !_stopping;
        }
    }

    private void ScoreOnePass()
    {
        var batch = new List<ScoringJob>();
        int tokens = 0;
        while (_jobs.TryPeek(out ScoringJob? job) && (batch.Count == 0 || tokens + job.Sequence.Tokens.Length <= _settings.PassTokens))
        {
            _jobs.Dequeue();
            if (!job.Cancel.IsCancellationRequested)
            {
                batch.Add(job);
                tokens += job.Sequence.Tokens.Length;
            }
        }

        if (batch.Count == 0)
        {
            return;
        }

        SequenceScore[] scores;
        try
        {
            scores = _scorer.Score([.. batch.Select(job => job.Sequence)]);
        }
        catch
        {
            batch.ForEach(job => job.GiveUp());
            throw;
        }

        for (int i = 0; i < scores.Length; i++)
        {
            batch[i].Answer.TrySetResult(scores[i]);
        }
    }

    private void GiveUp()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (ScoringJob job in _jobs.Concat(_newJobs))
            {
                job.GiveUp();
            }

            _newRequests.ForEach(_session.Add);
            _newRequests.Clear();
            _session.CancelAll();
        }
    }

    private void CheckWorking()
    {
        if (_failure is not null)
        {
            throw new RequestProblemException(503, $"The engine has stopped: {_failure}");
        }
    }

    private sealed record ScoringJob(SequenceToScore Sequence, CancellationToken Cancel)
    {
        // Whoever waits goes on on another thread than the engine's.
        public TaskCompletionSource<SequenceScore> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GiveUp() => Answer.TrySetException(new RequestProblemException(503, "The engine has stopped."));
    }

    private sealed class Place(EngineLoop loop, int sequences) : IDisposable
    {
        private int _held = sequences;

        public void Dispose() => Interlocked.Add(ref loop._pending, -Interlocked.Exchange(ref _held, 0));
    }
}
