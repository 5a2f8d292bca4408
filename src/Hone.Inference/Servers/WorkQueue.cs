using System.Diagnostics;

namespace Hone.Inference.Servers;

/// <summary>
/// The items 0 to N-1, each given out until it is done, and done once. An item that failed goes to any other server at once,
/// and to the server it failed on after a pause.
/// </summary>
internal sealed class WorkQueue(int count)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<WorkItem> _returned = [];
    private TaskCompletionSource _changed = NewSignal();
    private int _next;
    private int _done;

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
                if (Returned(server, out pause) is { } item)
                {
                    return item;
                }

                if (_next < count)
                {
                    return new WorkItem(_next++);
                }
            }

            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(changed, Task.Delay(pause, both.Token)).ConfigureAwait(false);
            await both.CancelAsync().ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The item is done.</summary>
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
            item.Failures++;
            item.FirstFailure ??= Stopwatch.GetTimestamp();
            item.FailedOn = server;
            item.NotBefore = Stopwatch.GetTimestamp() + (long)(pause.TotalSeconds * Stopwatch.Frequency);
            _returned.AddLast(item);
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
}
