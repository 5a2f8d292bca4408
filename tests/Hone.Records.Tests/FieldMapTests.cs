namespace Hone.Records.Tests;

public sealed class FieldMapTests
{
    [Fact]
    public void Maps_ours_to_theirs()
    {
        FieldMap map = FieldMap.ForDataSet(["prompt=question", "answer = reward_model.ground_truth"]);
        Assert.Equal("question", map["prompt"]);
        Assert.Equal("reward_model.ground_truth", map["answer"]);
        Assert.Null(map["id"]);
    }

    [Fact]
    public void Refuses_unknown_names_with_the_nearest_one()
    {
        Bad.Input(() => FieldMap.ForRollouts(["mean_logprobs=x"]), "'mean_logprobs=x'", "did you mean mean_logprob=x");
        Bad.Input(() => FieldMap.ForDataSet(["promt=x"]), "expected one of prompt, answer, solution, id", "did you mean prompt=x");
        Bad.Input(() => FieldMap.ForDataSet(["prompt"]), "expected OURS=THEIRS");
        Bad.Input(() => FieldMap.ForDataSet(["prompt="]), "expected OURS=THEIRS");
        Bad.Input(() => FieldMap.ForDataSet(["prompt=a", "prompt=b"]), "already mapped to 'a'");
    }
}
