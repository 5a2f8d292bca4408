using Hone.Records.DataSets;
using Hone.Training.Rewards;

namespace Hone.Training.Evaluation;

/// <summary>The reward that fits a data set's gold answers, where the user names none.</summary>
public static class DefaultReward
{
    /// <summary>
    /// numeric_answer where every gold answer is a plain number; math for competition mathematics and for answers of any
    /// other kind.
    /// </summary>
    /// <param name="data">The set; every row has an answer.</param>
    /// <returns>A name that <see cref="RewardFactory"/> knows.</returns>
    public static string NameFor(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        bool numbers = data.Rows.All(row => NumericEquality.IsNumber(row.Answer));
        bool competition = data.Shape == DataSetShape.Math;
        return competition || !numbers ? RewardFactory.Math : RewardFactory.NumericAnswer;
    }
}
