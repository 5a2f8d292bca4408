using Hone.Dashboard.Runs;
using Hone.Dashboard.Samples;
using Hone.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hone.Dashboard.Api;

/// <summary>The JSON endpoints.</summary>
/// <param name="folder">The runs.</param>
internal sealed class RunsApi(RunsFolder folder)
{
    // Small additions are indexed before the answer; larger ones show up in later answers.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    /// <summary>All runs.</summary>
    public async Task ListAsync(HttpContext context)
    {
        IReadOnlyList<RunView> runs = await folder.ListAsync(context.RequestAborted);
        await Answer.JsonAsync(context, json => RunJson.WriteList(json, folder, runs));
    }

    /// <summary>One run.</summary>
    public async Task RunAsync(HttpContext context, string name)
    {
        RunView run = await OpenAsync(folder, name, context.RequestAborted);
        await Answer.JsonAsync(context, json => RunJson.WriteRun(json, run));
    }

    /// <summary>A page of a run's rollouts.</summary>
    public async Task SamplesAsync(HttpContext context, string name)
    {
        var query = SampleQuery.Of(context.Request.Query);
        RunView run = await OpenAsync(folder, name, context.RequestAborted);
        (SamplePage page, RunRollouts rollouts) = await PageAsync(folder, run, query, context.RequestAborted);
        await Answer.JsonAsync(context, json => RunJson.WritePage(json, page, rollouts));
    }

    /// <summary>A run by its name, with a fresh look at its files.</summary>
    /// <exception cref="RequestProblemException">There is no such run.</exception>
    public static async Task<RunView> OpenAsync(RunsFolder folder, string name, CancellationToken cancel)
    {
        RunView run = await folder.RunAsync(name, cancel) ?? throw new RequestProblemException(404, "There is no run of this name.");
        await run.LookAtRolloutsAsync(Patience);
        folder.Trim();
        return run;
    }

    /// <summary>A page of rollouts, made away from the threads that take requests.</summary>
    public static async Task<(SamplePage Page, RunRollouts Rollouts)> PageAsync(
        RunsFolder folder, RunView run, SampleQuery query, CancellationToken cancel)
    {
        RunRollouts rollouts = run.Rollouts ?? throw new RequestProblemException(503, "The run's rollouts were just let go of.") { RetryAfter = 1 };
        if (query.Text is not null && !rollouts.HasTexts)
        {
            throw RequestProblemException.Bad("text: the texts of other trainers' logs are not searched.", "text");
        }

        SamplePage page = await Task.Run(() => SamplePage.Of(query, run.Selection, rollouts, folder.Root, cancel), cancel);
        return (page, rollouts);
    }
}
