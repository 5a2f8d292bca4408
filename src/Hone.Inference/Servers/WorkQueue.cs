using System.Diagnostics;

namespace Hone.Inference.Servers;

/// <summary>
/// The items 0 to N-1, each given out until it is done, and done once. An item that failed goes to any other server at once,
/// and to the server it failed on after a pause.
/// </summary>
/// <remarks>
/// When nothing is left to begin, a server with nothing to do also gets the oldest item that another one has not answered in a
/// long time; the first answer counts.
/// </remarks>
internal sealed class WorkQueue(int count, TimeSpan takeOverAfter)
{
    // How many times as long as usual a request may take before it is worth asking twice.
    private const double Long = 5;
    private const int Remembered = 64;
    private readonly List<WorkItem> _inFlight = [];
    private readonly Queue<TimeSpan> _times = [];
    private readonly Lock _lock = new();
    private readonly LinkedList<WorkItem> _returned = [];
    private TaskCompletionSource _changed = NewSignal();
    private int _next;
    private int _done;

    /// <summary>Number of items.</summary>
    internal int Count => count;

    /// <summary>Cancelled when every item is done.</summary>
    internal CancellationTokenSource Finished { get; } = new();

    /// <summary>The next item for a server; null when nothing is left to do, or the server is set aside.</summary>
    internal async Task<WorkItem?> Take(ServerModel server, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            TimeSpan pause;
            lock (_lock)
            {
                if (_done == count || server.IsSetAside)
                {
                    return null;
                }

                changed = _changed.Task;
                WorkItem? item = Returned(server, out pause);
                item ??= _next < count ? new WorkItem(_next++) : Overdue(server, ref pause);
                if (item is not null)
                {
                    Begin(item, server);
                    return item;
                }
            }

            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(changed, Task.Delay(pause, both.Token)).ConfigureAwait(false);
            await both.CancelAsync().ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whether the caller's answer to an item is the first one; then <see cref="Done"/> must follow.</summary>
    internal bool Claim(WorkItem item, TimeSpan? time = null)
    {
        lock (_lock)
        {
            if (item.IsDone)
            {
                return false;
            }

            item.IsDone = true;
            _inFlight.Remove(item);
            _returned.Remove(item);
            if (time is { } taken)
            {
                _times.Enqueue(taken);
                if (_times.Count > Remembered)
                {
                    _times.Dequeue();
                }
            }

            return true;
        }
    }

    /// <summary>Whether all that is left has failed before.</summary>
    internal bool OnlyFailing()
    {
        lock (_lock)
        {
            return _next == count && _inFlight.TrueForAll(item => item.Failures > 0);
        }
    }

    /// <summary>A claimed item's answer is where it belongs.</summary>
    internal void Done()
    {
        bool last;
        lock (_lock)
        {
            last = ++_done == count;
        }

        if (last)
        {
            Finished.Cancel();
        }

        Signal();
    }

    /// <summary>The item failed on a server, and may be given to it again after a pause.</summary>
    internal void Return(WorkItem item, ServerModel server, TimeSpan pause)
    {
        lock (_lock)
        {
            item.Servers.Remove(server);
            if (item.IsDone)
            {
                return;
            }

            item.Failures++;
            item.FirstFailure ??= Stopwatch.GetTimestamp();
            item.FailedOn = server;
            item.NotBefore = Stopwatch.GetTimestamp() + (long)(pause.TotalSeconds * Stopwatch.Frequency);
            if (item.Servers.Count == 0)
            {
                _inFlight.Remove(item);
                _returned.AddLast(item);
            }
        }

        Signal();
    }

    /// <summary>Lets everyone who waits look again.</summary>
    internal void Signal()
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            before = _changed;
            _changed = NewSignal();
        }

        before.TrySetResult();
    }

    private WorkItem? Returned(ServerModel server, out TimeSpan pause)
    {
        pause = Timeout.InfiniteTimeSpan;
        long now = Stopwatch.GetTimestamp();
        for (LinkedListNode<WorkItem>? node = _returned.First; node is not null; node = node.Next)
        {
            WorkItem item = node.Value;
            if (item.FailedOn != server || item.NotBefore <= now)
            {
                _returned.Remove(node);
                return item;
            }

            TimeSpan wait = TimeSpan.FromMilliseconds(Math.Ceiling(Stopwatch.GetElapsedTime(now, item.NotBefore).TotalMilliseconds) + 1);
            pause = pause < TimeSpan.Zero || wait < pause ? wait : pause;
        }

        return null;
    }

    private void Begin(WorkItem item, ServerModel server)
    {
        if (item.Servers.Count == 0)
        {
            item.Begun = Stopwatch.GetTimestamp();
            _inFlight.Add(item);
        }

        item.Servers.Add(server);
    }

    private WorkItem? Overdue(ServerModel server, ref TimeSpan pause)
    {
        // Until a first answer tells what is usual, a slow server is not taken for one that hangs.
        TimeSpan usual = _times.Count > 0 ? _times.Order().ElementAt(_times.Count / 2) : takeOverAfter;
        TimeSpan least = TimeSpan.FromTicks(Math.Max(takeOverAfter.Ticks, (long)(usual.Ticks * Long)));
        WorkItem? oldest = _inFlight.Where(item => item.Servers is [var only] && only != server).MinBy(item => item.Begun);
        if (oldest is null)
        {
            return null;
        }

        TimeSpan wait = least - Stopwatch.GetElapsedTime(oldest.Begun);
        if (wait <= TimeSpan.Zero)
        {
            return oldest;
        }

        wait += TimeSpan.FromMilliseconds(1);
        pause = pause < TimeSpan.Zero || wait < pause ? wait : pause;
        return null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One item of work and how it has fared.</summary>
internal sealed class WorkItem(int index)
{
    internal int Index { get; } = index;

    /// <summary>Times it failed.</summary>
    internal int Failures { get; set; }

    /// <summary>When it failed first.</summary>
    internal long? FirstFailure { get; set; }

    /// <summary>The server it failed on last.</summary>
    internal ServerModel? FailedOn { get; set; }

    /// <summary>When that server may have it again.</summary>
    internal long NotBefore { get; set; }

    /// <summary>Servers that work on it.</summary>
    internal List<ServerModel> Servers { get; } = [];

    /// <summary>When the first of them got it.</summary>
    internal long Begun { get; set; }

    /// <summary>Whether it has its answer, or was given up.</summary>
    internal bool IsDone { get; set; }
}
