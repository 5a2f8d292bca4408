using Hone.Engine.Kernels;

namespace Hone.Engine.Tests.Kernels;

public class SequenceLayoutTests
{
    [Fact]
    public void Completions_go_on_where_their_prompt_ends()
    {
        var layout = new SequenceLayout([new(0, 3, -1), new(3, 2, 0), new(5, 1, 0), new(6, 2, -1)]);
        Assert.Equal(8, layout.Tokens);
        Assert.Equal([0, 1, 2, 3, 4, 3, 0, 1], layout.Positions);
        Assert.Equal(5, layout.LongestSequence);
        Assert.Equal(2, layout.Families);
        Assert.Equal(3, layout.Family(0).Length);
        Assert.Equal(5, layout.FamilyLongest(0));
        Assert.Equal(2, layout.FamilyLongest(1));
    }

    [Fact]
    public void Independent_sequences_each_start_at_zero()
    {
        var layout = SequenceLayout.Independent(2, 1, 3);
        Assert.Equal([0, 1, 0, 0, 1, 2], layout.Positions);
        Assert.Equal(3, layout.Families);
    }

    public static TheoryData<Segment[]> Broken =>
    [
        (Segment[])[new Segment(1, 2, -1)], // starts late
        (Segment[])[new Segment(0, 2, -1), new Segment(3, 1, -1)], // a gap
        (Segment[])[new Segment(0, 2, -1), new Segment(1, 2, -1)], // an overlap
        (Segment[])[new Segment(0, 0, -1)], // nothing in it
        (Segment[])[new Segment(0, 2, 0)], // its own prefix
        (Segment[])[new Segment(0, 2, -1), new Segment(2, 2, 0), new Segment(4, 2, 1)], // a prefix of a prefix
        (Segment[])[new Segment(0, 2, -1), new Segment(2, 2, -1), new Segment(4, 2, 0)], // behind another family
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void Segments_that_do_not_fit_are_refused(Segment[] segments) =>
        Assert.Throws<ArgumentException>(() => new SequenceLayout(segments));

    [Fact]
    public void A_layout_set_anew_is_as_a_new_one()
    {
        Segment[] segments = [new(0, 2, -1), new(2, 3, 0), new(5, 1, -1)];
        SequenceLayout reused = SequenceLayout.Independent(7, 1, 4), fresh = new(segments);
        reused.Set(segments);

        Assert.Equal(fresh.Segments, reused.Segments);
        Assert.Equal(fresh.Positions, reused.Positions);
        Assert.Equal(
            (fresh.Tokens, fresh.LongestSequence, fresh.Families), (reused.Tokens, reused.LongestSequence, reused.Families));
    }
}
