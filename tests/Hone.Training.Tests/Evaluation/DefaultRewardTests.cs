using Hone.Records.DataSets;
using Hone.Training.Evaluation;
using Hone.Training.Rewards;
using Hone.Training.Tests.Testing;

namespace Hone.Training.Tests.Evaluation;

public sealed class DefaultRewardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("numeric_answer", """{"question":"1+1?","answer":"One and one. #### 2"}""")]
    [InlineData("numeric_answer", """{"prompt":"1+1?","answer":"2"}""", """{"prompt":"1/2?","answer":"0.5"}""")]
    [InlineData("numeric_answer", """{"prompt":[{"role":"user","content":"1+1?"}],"reward_model":{"ground_truth":"2"}}""")]
    [InlineData("math", """{"problem":"1+1?","answer":2.0}""")]
    [InlineData("math", """{"prompt":"Sky?","answer":"blue"}""", """{"prompt":"1+1?","answer":"2"}""")]
    [InlineData("math", """{"problem":"Roots?","answer":"\\pm\\sqrt{2}"}""")]
    public void Follows_the_gold_answers(string expected, string row, string more = "")
    {
        string file = _folder["d.jsonl"];
        File.WriteAllLines(file, more.Length > 0 ? [row, more] : [row]);
        string name = DefaultReward.NameFor(DataSet.Read(file));
        Assert.Equal(expected, name);
        Assert.IsAssignableFrom<IAnswerReward>(RewardFactory.Create(name));
    }
}
