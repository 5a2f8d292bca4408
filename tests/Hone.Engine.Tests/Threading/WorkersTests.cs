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
        const int Threads = 3, Jobs = 60;
        using var workers = new Workers(Threads);
        long* grown = stackalloc long[Threads];
        long* seen = stackalloc long[Threads];
        for (int i = 0; i < Jobs; i++)
        {
            int arrived = 0;
            var job = new AllocationJob { Meeting = new MeetingJob { Arrived = &arrived, Threads = Threads }, Seen = seen, Grown = grown, Warm = i > 10 };
            workers.Run(ref job, Threads);
            if (i % 10 == 0)
            {
                Thread.Sleep(1); // long enough for some to fall asleep
            }
        }

        for (int worker = 1; worker < Threads; worker++)
        {
            Assert.True(seen[worker] > 0);
            Assert.Equal(0, grown[worker]);
        }
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

    // One item for each thread: by how much its count of allocated bytes (1 more, so that 0 is none) has grown since its last.
    private struct AllocationJob : IParallelJob
    {
        public MeetingJob Meeting;
        public long* Seen;
        public long* Grown;
        public bool Warm;

        public void Execute(int item, int worker)
        {
            Meeting.Execute(item, worker);
            long now = GC.GetAllocatedBytesForCurrentThread() + 1;
            if (Warm)
            {
                Grown[worker] += now - Seen[worker];
            }

            Seen[worker] = now;
        }
    }
}
