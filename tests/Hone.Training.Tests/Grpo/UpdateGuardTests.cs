using System.Text.Json.Nodes;
using Hone.Training.Grpo;

namespace Hone.Training.Tests.Grpo;

public sealed class UpdateGuardTests
{
    private static readonly RolloutBatch Batch = new(1, 1, []);

    [Theory]
    [InlineData(null, double.NaN, 1.0, "the loss is NaN")]
    [InlineData(null, double.NegativeInfinity, 1.0, "the loss is -Infinity")]
    [InlineData(null, 0.0, double.NaN, "the gradient norm is NaN")]
    [InlineData(null, 0.0, double.PositiveInfinity, "the gradient norm is Infinity")]
    [InlineData("a sampled one", double.NaN, double.NaN, "a sampled one")]
    public void What_is_not_finite_is_named_and_is_not_an_update(string? problem, double loss, double norm, string reason)
    {
        var guard = new UpdateGuard(new GuardOptions { NonFinite = FaultResponse.Skip });
        UpdateFault fault = guard.Judge(Batch, 7, problem, loss, norm)!;
        Assert.Equal((7, reason, false, false), (fault.Step, fault.Reason, fault.Stops, fault.IsSpike));
        Assert.Equal((1, 1, 0), (guard.State.Skipped, guard.State.SkippedInARow, guard.State.Norms.Count));
        Assert.True(new UpdateGuard(new GuardOptions()).Judge(Batch, 7, problem, loss, norm)!.Stops);
    }

    // Nine of 1 say too little; of ten, 3 is exactly three times the median and not above it.
    [Fact]
    public void A_spike_is_more_than_so_many_medians_once_there_are_ten_norms()
    {
        UpdateGuard guard = Known(new GuardOptions { Spike = 3 }, 9);
        Assert.Null(guard.Judge(Batch, 10, null, 0, 100));
        Assert.Null(guard.Judge(Batch, 11, null, 0, 3));
        UpdateFault spike = guard.Judge(Batch, 12, null, 0, 3.01)!;
        Assert.Equal((true, false, "the gradient norm 3.01 is more than 3 times 1, the median of the last 11"), (spike.IsSpike, spike.Stops, spike.Reason));
        Assert.Equal(11, guard.State.Norms.Count);
        Assert.True(Known(new GuardOptions { Spike = 3, OnSpike = FaultResponse.Stop }, 10).Judge(Batch, 11, null, 0, 4)!.Stops);
        Assert.Null(Known(new GuardOptions(), 10).Judge(Batch, 11, null, 0, 1e9));
    }

    [Fact]
    public void The_median_is_that_of_the_last_fifty_and_of_two_in_the_middle_their_mean()
    {
        UpdateGuard guard = Known(new GuardOptions(), 30);
        for (int i = 0; i < 40; i++)
        {
            guard.Judge(Batch, 31 + i, null, 0, 10);
        }

        // 10 of 1 and 40 of 10 are left.
        Assert.Equal(50, guard.State.Norms.Count);
        Assert.Equal(10, guard.State.Norms.Count(norm => norm == 1));
        var even = new UpdateGuard(new GuardOptions { Spike = 2 });
        even.Restore(new GuardState(0, 0, [1, 1, 1, 1, 1, 3, 3, 3, 3, 3]));
        Assert.Null(even.Judge(Batch, 11, null, 0, 4));
        Assert.NotNull(even.Judge(Batch, 12, null, 0, 6.1));
    }

    // Else a stretch of batches without any advantage would make each later update a spike.
    [Fact]
    public void Gradients_of_zero_are_no_measure_of_others()
    {
        var guard = new UpdateGuard(new GuardOptions { Spike = 2 });
        for (int i = 1; i <= 20; i++)
        {
            Assert.Null(guard.Judge(Batch, i, null, 0, 0));
        }

        Assert.Null(guard.Judge(Batch, 21, null, 0, 1));
        Assert.Equal([1.0], guard.State.Norms);
    }

    [Fact]
    public void Ten_in_a_row_end_a_run_and_an_update_between_begins_anew()
    {
        var guard = new UpdateGuard(new GuardOptions { NonFinite = FaultResponse.Skip });
        for (int i = 1; i <= 9; i++)
        {
            guard.Judge(Batch, i, null, double.NaN, 1);
            Assert.Null(guard.GivenUp);
        }

        guard.Judge(Batch, 10, null, 0, 1);
        for (int i = 11; i <= 20; i++)
        {
            Assert.Null(guard.GivenUp);
            guard.Judge(Batch, i, null, double.NaN, 1);
        }

        Assert.Equal((20, 19), (guard.GivenUp!.Step, guard.Skipped));

        // Going on is asked for by hand, and is given ten more.
        var resumed = new UpdateGuard(new GuardOptions { NonFinite = FaultResponse.Skip });
        resumed.Restore(GuardState.Of(JsonNode.Parse(guard.State.ToJson().ToJsonString()))!);
        Assert.Equal((19, 0), (resumed.Skipped, resumed.SkippedInARow));
        Assert.Null(resumed.GivenUp);
    }

    [Fact]
    public void A_state_reads_back_to_the_last_bit()
    {
        var state = new GuardState(5, 2, [Math.PI, 1e-300, double.BitIncrement(1)]);
        GuardState back = GuardState.Of(JsonNode.Parse(state.ToJson().ToJsonString()))!;
        Assert.Equal((5, 2), (back.Skipped, back.SkippedInARow));
        Assert.Equal(state.Norms, back.Norms);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"skipped":-1,"skipped_in_a_row":0,"norms":[]}""")]
    [InlineData("""{"skipped":1,"skipped_in_a_row":2,"norms":[]}""")]
    [InlineData("""{"skipped":1.5,"skipped_in_a_row":0,"norms":[]}""")]
    [InlineData("""{"skipped":0,"skipped_in_a_row":0,"norms":[0]}""")]
    [InlineData("""{"skipped":0,"skipped_in_a_row":0,"norms":["1"]}""")]
    [InlineData("""{"skipped":0,"skipped_in_a_row":0,"norms":[1e999]}""")]
    [InlineData("""{"skipped":0,"skipped_in_a_row":0,"norms":null}""")]
    public void Another_state_is_none(string json) => Assert.Null(GuardState.Of(JsonNode.Parse(json)));

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(-2.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_limit_below_the_median_itself_is_refused(double spike) =>
        Assert.StartsWith("spike is ", Assert.Single(new GuardOptions { Spike = spike }.Problems()), StringComparison.Ordinal);

    private static UpdateGuard Known(GuardOptions options, int norms)
    {
        var guard = new UpdateGuard(options);
        for (int i = 1; i <= norms; i++)
        {
            Assert.Null(guard.Judge(Batch, i, null, 0, 1));
        }

        return guard;
    }
}
