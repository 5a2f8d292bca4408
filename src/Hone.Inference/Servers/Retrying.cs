using Polly;
using Polly.Retry;

namespace Hone.Inference.Servers;

/// <summary>Pauses between attempts: twice as long each time, with jitter, or as long as the server asks for.</summary>
internal static class Retrying
{
    /// <summary>Attempts while <paramref name="again"/> says so.</summary>
    internal static ResiliencePipeline Pipeline(ServerOptions options, int retries, Func<ServerException, bool> again) =>
        new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle(again),
            MaxRetryAttempts = retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.RetryDelay,
            MaxDelay = options.LongestDelay,
            DelayGenerator = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is ServerException { RetryAfter: { } asked } ? Bounded(asked, options) : (TimeSpan?)null),
        }).Build();

    /// <summary>How long an item waits before it goes to the same server again.</summary>
    internal static TimeSpan Pause(ServerException error, int failures, ServerOptions options) =>
        Bounded(error.RetryAfter ?? options.RetryDelay * Math.Pow(2, Math.Min(failures, 10)), options);

    private static TimeSpan Bounded(TimeSpan pause, ServerOptions options) =>
        pause > options.LongestDelay ? options.LongestDelay : pause;
}
