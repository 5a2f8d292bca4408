using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Polly;

namespace Hone.Inference.Servers;

/// <summary>
/// Shares items of work among servers, so many at a time on each. A worker that fails pauses, longer each time; after as many
/// failures in a row as <see cref="ServerOptions.Retries"/>, if the server answered nobody meanwhile, the server is set aside.
/// An item that is refused, or fails as often where others do not, is given up; the others are done all the same.
/// </summary>
internal static class SharedWork
{
    /// <summary>Works on items 0 to count-1.</summary>
    /// <param name="servers">The servers; those that were set aside before stay so.</param>
    /// <param name="options">Concurrency and retries.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="work">Asks a server for one item's result.</param>
    /// <param name="done">Told of each result once, on the calling thread, in the order in which they come.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ServerException">Requests were refused or given up, or no server is left.</exception>
    internal static void Run<T>(
        IReadOnlyList<ServerModel> servers, ServerOptions options, int count,
        Func<ServerModel, int, CancellationToken, Task<T>> work, Action<int, T> done, CancellationToken cancel)
    {
        if (count == 0)
        {
            return;
        }

        var queue = new WorkQueue(count, options.TakeOverAfter);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, queue.Finished.Token);
        var results = Channel.CreateUnbounded<(int, T)>(new UnboundedChannelOptions { SingleReader = true });
        var workers = new Workers<T>(queue, options, work, results.Writer, stop);
        int each = Math.Min(options.Concurrency, count);
        Task all = Task.WhenAll(servers.Where(server => !server.IsSetAside)
            .SelectMany(server => Enumerable.Range(0, each).Select(_ => Task.Run(() => workers.Run(server), CancellationToken.None))));
        _ = all.ContinueWith(_ => results.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        int told = 0;
        try
        {
            while (results.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (results.Reader.TryRead(out (int Index, T Result) next))
                {
                    told++;
                    done(next.Index, next.Result);
                }
            }
        }
        finally
        {
            stop.Cancel();
            all.ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        cancel.ThrowIfCancellationRequested();
        workers.ThrowIfUnfinished(told);
    }

    private sealed class Workers<T>(
        WorkQueue queue, ServerOptions options, Func<ServerModel, int, CancellationToken, Task<T>> work,
        ChannelWriter<(int, T)> results, CancellationTokenSource stop)
    {
        private readonly ResiliencePipeline _pipeline = Retrying.Pipeline(options, options.Retries, error => error.CanRetry);
        // Refusals that may be of single items; where more are refused than answered, all are.
        private const int RefusedAtMost = 8;
        private readonly SortedDictionary<int, ServerException> _givenUp = [];
        private int _answered;
        private bool _refusesAll;
        private Exception? _fatal;
        private ServerException? _last;

        internal async Task Run(ServerModel server)
        {
            try
            {
                while (await Streak(server).ConfigureAwait(false))
                {
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // All is done, or the work was ended.
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref _fatal, error, null);
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }

        internal void ThrowIfUnfinished(int told)
        {
            bool finished = told + _givenUp.Count == queue.Count;
            if (_fatal is { } fatal)
            {
                ExceptionDispatchInfo.Throw(fatal);
            }

            if (_givenUp.Count > 0 && (_refusesAll || finished))
            {
                ServerException first = _givenUp.First().Value;
                throw new ServerException(first.Server, first.What, first.Hint, first.Problem, first)
                {
                    Status = first.Status, EndsWork = _refusesAll,
                }.Of([.. _givenUp.Keys]);
            }

            if (!finished)
            {
                throw _last is { } last
                    ? new ServerException(
                        "no server is left",
                        $"the last one to fail: {last.Message.TrimEnd('.').Replace(". Hint: ", "; ", StringComparison.Ordinal)}",
                        "what was finished is kept; run the command again when a server is up", ServerProblem.Failing, last)
                    : new ServerException("no server is left", "all were set aside", "run the command again when one is up");
            }
        }

        // Items until there is none, or failures in a row until the retries are used up; false ends the worker.
        private async Task<bool> Streak(ServerModel server)
        {
            long? firstFailure = null;
            try
            {
                return await _pipeline.ExecuteAsync(
                    async token =>
                    {
                        if (await queue.Take(server, token).ConfigureAwait(false) is not { } item)
                        {
                            return false;
                        }

                        long begun = Stopwatch.GetTimestamp();
                        try
                        {
                            T result = await work(server, item.Index, token).ConfigureAwait(false);
                            server.Succeeded();
                            if (queue.Claim(item, Stopwatch.GetElapsedTime(begun)))
                            {
                                Interlocked.Increment(ref _answered);
                                await results.WriteAsync((item.Index, result), CancellationToken.None).ConfigureAwait(false);
                                queue.Done();
                            }

                            return true;
                        }
                        catch (ServerException error) when (error.CanRetry)
                        {
                            firstFailure ??= begun;
                            if (Failed(server, item, error, begun))
                            {
                                return true;
                            }

                            throw;
                        }
                        catch (ServerException error) when (error.Status is not (401 or 403 or 404))
                        {
                            GiveUp(item, error);
                            return true;
                        }
                    },
                    stop.Token).ConfigureAwait(false);
            }
            catch (ServerException error) when (error.CanRetry)
            {
                if (!server.HasSucceededSince(firstFailure!.Value))
                {
                    SetAside(server, error);
                }

                return true;
            }
        }

        // True where the item is given up.
        private bool Failed(ServerModel server, WorkItem item, ServerException error, long begun)
        {
            _last = error;
            queue.Return(item, server, Retrying.Pause(error, item.Failures, options));

            // Nothing at all in so long a time: every further worker would wait as long.
            if (error.TimedOut && !server.HasSucceededSince(begun))
            {
                SetAside(server, error);
            }

            if (error.Problem == ServerProblem.Busy || item.Failures <= options.Retries)
            {
                return false;
            }

            // The server is well but for this item, or others of which nothing else is left.
            bool answers = error.Problem == ServerProblem.Wrong || error.Status == 500;
            bool well = server.HasSucceededSince(item.FirstFailure!.Value)
                || (answers && Volatile.Read(ref _answered) > 0 && queue.OnlyFailing());
            if (well)
            {
                GiveUp(item, error);
            }

            return well;
        }

        private void GiveUp(WorkItem item, ServerException error)
        {
            if (!queue.Claim(item))
            {
                return;
            }

            lock (_givenUp)
            {
                _givenUp.Add(item.Index, error);
                _refusesAll |= _givenUp.Count > RefusedAtMost + Volatile.Read(ref _answered);
            }

            queue.Done();
            if (_refusesAll)
            {
                stop.Cancel();
            }
        }

        private void SetAside(ServerModel server, ServerException error)
        {
            if (server.SetAside())
            {
                options.Warn($"set aside: {error.Message} Its requests go to the other servers, if there are any.");
                queue.Signal();
            }
        }
    }
}
