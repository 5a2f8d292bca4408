using Hone.Hosting;
using Hone.Records.DataSets;
using Hone.Records.RunFolders;
using Hone.Training.Rewards;

namespace Hone.Serving.Rewards;

/// <summary>Judges the completions of a request, and records them.</summary>
/// <param name="reward">The rule.</param>
/// <param name="log">Where completions are recorded.</param>
/// <param name="set">
/// The training prompts; null where none are given. With them, a completion goes by its row's id, a request without labels is
/// judged by the row's answer, and what is no training prompt is recorded apart.
/// </param>
public sealed class RewardService(WeightedReward reward, RewardLogWriter log, DataSet? set)
{
    private readonly PromptIndex? _index = set is null ? null : new PromptIndex(set);
    private long _answered;

    /// <summary>Completions that were judged.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Judges and records; the verdicts are in the order of the queries.</summary>
    internal RewardVerdict[] Judge(IReadOnlyList<RewardQuery> queries)
    {
        List<RewardedCompletion> training = [];
        List<RewardedCompletion> other = [];
        RewardVerdict[] verdicts = [.. queries.Select((query, i) =>
        {
            DataRow? row = _index?.Find(query.Prompt);
            string answer = query.Label ?? row?.Answer ?? throw RequestProblemException.Bad(
                $"query {i} has no gold answer: expected one in labels, or the prompt in the data set of --data.", $"labels[{i}]");
            RewardVerdict verdict = reward.Judge(new RewardInput(query.Prompt, query.Completion, answer));
            (_index is null || row is not null ? training : other).Add(new RewardedCompletion(
                row?.Id ?? PromptIndex.HashOf(query.Prompt), query.Prompt, query.Completion, answer, verdict.Total, verdict.Components,
                verdict.Correct, verdict.FormatOk));
            return verdict;
        })];
        log.Append(training);
        log.AppendOther(other);
        Interlocked.Add(ref _answered, verdicts.Length);
        return verdicts;
    }
}
