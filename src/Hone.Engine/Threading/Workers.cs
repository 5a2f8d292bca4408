using System.Runtime.CompilerServices;

namespace Hone.Engine.Threading;

/// <summary>Work that falls into independent items; items must not share anything they write.</summary>
internal interface IParallelJob
{
    /// <summary>Does item <paramref name="item"/>; <paramref name="worker"/> numbers the thread, for its scratch.</summary>
    void Execute(int item, int worker);
}

/// <summary>
/// A fixed set of threads that share out the items of one job at a time. Which thread takes an item is left to chance;
/// results are not, because an item's arithmetic does not depend on who does it.
/// </summary>
public sealed unsafe class Workers : IDisposable
{
    // Turns of a waiting thread before it sleeps: some tens of microseconds, more than most kernels are apart.
    private const int TurnsBeforeSleep = 2000;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private void* _job;
    private delegate*<void*, int, int, void> _execute;
    private int _items;

    // The job's number in the upper half, its unclaimed items in the lower: a thread that comes late to a job finds either
    // nothing left or another number, and so never touches a job that is over.
    private ulong _unclaimed;
    private int _unfinished;
    private int _sleeping;
    private bool _stopping;
    private Exception? _failure;

    /// <summary>Starts <paramref name="count"/> - 1 threads; the caller of a job is the last one.</summary>
    /// <param name="count">Threads that work on a job, at least 1.</param>
    public Workers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _threads = new Thread[count - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Loop(worker)) { IsBackground = true, Name = $"hone worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that work on a job, the caller included.</summary>
    public int Count { get; }

    /// <summary>Runs all items of a job and returns when the last has ended. Not re-entrant; one caller at a time.</summary>
    internal void Run<TJob>(ref TJob job, int items)
        where TJob : struct, IParallelJob
    {
        if (Count == 1 || items <= 1)
        {
            for (int item = 0; item < items; item++)
            {
                job.Execute(item, 0);
            }

            return;
        }

        // The job lives on this frame, which outlasts the wait below, so a raw pointer to it is safe.
        _job = Unsafe.AsPointer(ref job);
        _execute = &Invoke<TJob>;
        _items = items;
        _failure = null;
        _unfinished = items;
        ulong next = (_unclaimed >> 32) + 1;
        Interlocked.Exchange(ref _unclaimed, (next << 32) | (uint)items);
        int sleeping = Interlocked.Exchange(ref _sleeping, 0);
        if (sleeping > 0)
        {
            _wake.Release(sleeping);
        }

        TakeItems(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _unfinished) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (_failure is not null)
        {
            throw new InvalidOperationException("A kernel failed.", _failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        _wake.Release(Math.Max(1, Count));
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }

    private static void Invoke<TJob>(void* job, int item, int worker)
        where TJob : struct, IParallelJob => Unsafe.AsRef<TJob>(job).Execute(item, worker);

    private void TakeItems(int worker)
    {
        while (true)
        {
            ulong seen = Volatile.Read(ref _unclaimed);
            uint left = (uint)seen;
            if (left == 0)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _unclaimed, seen - 1, seen) != seen)
            {
                continue;
            }

            // Claimed: the job stays until this item is counted below.
            try
            {
                _execute(_job, _items - (int)left, worker);
            }
            catch (Exception exception)
            {
                _failure = exception;
            }

            Interlocked.Decrement(ref _unfinished);
        }
    }

    private void Loop(int worker)
    {
        while (!Volatile.Read(ref _stopping))
        {
            TakeItems(worker);
            if (!SawWork())
            {
                // Announce the sleep, look again, then sleep: a job posted in between either is seen here or wakes us.
                Interlocked.Increment(ref _sleeping);
                if ((uint)Volatile.Read(ref _unclaimed) == 0 && !Volatile.Read(ref _stopping))
                {
                    _wake.Wait();
                }
            }
        }
    }

    private bool SawWork()
    {
        var spin = default(SpinWait);
        for (int turn = 0; turn < TurnsBeforeSleep; turn++)
        {
            if ((uint)Volatile.Read(ref _unclaimed) != 0 || Volatile.Read(ref _stopping))
            {
                return true;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        return false;
    }
}
