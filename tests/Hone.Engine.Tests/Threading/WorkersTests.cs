using Hone.Engine.Threading;

namespace Hone.Engine.Tests.Threading;

public unsafe class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_item_runs_exactly_once(int threads)
    {
        using var workers = new Workers(threads);
        for (int items = 0; items < 400; items++)
        {
            int[] runs = new int[items];
            fixed (int* counts = runs)
            {
                var job = new CountJob { Counts = counts, Threads = threads };
                workers.Run(ref job, items);
            }

            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_thread_still_wakes_after_many_naps(int threads)
    {
        using var workers = new Workers(threads);
        for (int round = 0; round < 300; round++)
        {
            int[] runs = new int[2];
            fixed (int* counts = runs)
            {
                var job = new CountJob { Counts = counts, Threads = threads };
                workers.Run(ref job, 2);
            }

            // Long enough for some of the threads to fall asleep and for others not to.
            if (round % 3 == 0)
            {
                Thread.Sleep(1);
            }
        }

        int arrived = 0;
        var meeting = new MeetingJob { Arrived = &arrived, Threads = threads };
        workers.Run(ref meeting, threads);
        Assert.Equal(threads, arrived);
    }

    [Fact]
    public void Waiting_and_working_threads_allocate_nothing()
    {
        const int Threads = 3, Jobs = 300;
        using var workers = new Workers(Threads);
        long* bytes = stackalloc long[Threads * 2];
        var job = new AllocationJob { Bytes = bytes };
        for (int i = 0; i < Jobs; i++)
        {
            workers.Run(ref job, 64);
            if (i % 10 == 0)
            {
                Thread.Sleep(1); // long enough for some to fall asleep
            }
        }

        int awake = 0;
        for (int worker = 1; worker < Threads; worker++)
        {
            awake += bytes[2 * worker] > 0 ? 1 : 0;
            Assert.Equal(0, bytes[(2 * worker) + 1]);
        }

        Assert.True(awake > 0);
    }

    [Fact]
    public void Failure_on_any_thread_reaches_the_caller_after_all_items()
    {
        using var workers = new Workers(3);
        int[] runs = new int[50];
        fixed (int* counts = runs)
        {
            var job = new CountJob { Counts = counts, Threads = 3, FailAt = 17 };
            InvalidOperationException? failure = null;
            try
            {
                workers.Run(ref job, 50);
            }
            catch (InvalidOperationException exception)
            {
                failure = exception;
            }

            Assert.IsType<ArithmeticException>(failure?.InnerException);
        }

        Assert.All(runs, count => Assert.Equal(1, count));
    }

    private struct CountJob : IParallelJob
    {
        public int* Counts;
        public int Threads;
        public int? FailAt;

        public readonly void Execute(int item, int worker)
        {
            Interlocked.Increment(ref Counts[item]);
            if (item == FailAt || worker < 0 || worker >= Threads)
            {
                throw new ArithmeticException("asked for");
            }
        }
    }

    /// <summary>
    /// Each item waits until every thread has taken one; a thread that sleeps on leaves it to a time limit.
    /// </summary>
    private struct MeetingJob : IParallelJob
    {
        public int* Arrived;
        public int Threads;

        public readonly void Execute(int item, int worker)
        {
            Interlocked.Increment(ref *Arrived);
            long limit = Environment.TickCount64 + 20_000;
            while (Volatile.Read(ref *Arrived) < Threads && Environment.TickCount64 < limit)
            {
                Thread.Yield();
            }

            if (Volatile.Read(ref *Arrived) < Threads)
            {
                throw new ArithmeticException("a thread never came");
            }
        }
    }

    // Per thread: the least of all counts of its allocated bytes that it has seen (1 more, so that 0 is none), and by how much
    // the count has grown between two items, leaving out its first ones.
    private struct AllocationJob : IParallelJob
    {
        private const int First = 50;
        public long* Bytes;
        private fixed long _seen[8];
        private fixed long _items[8];

        public void Execute(int item, int worker)
        {
            long now = GC.GetAllocatedBytesForCurrentThread() + 1;
            if (_items[worker]++ >= First)
            {
                Bytes[2 * worker] = now;
                Bytes[(2 * worker) + 1] += now - _seen[worker];
            }

            _seen[worker] = now;
        }
    }
}
