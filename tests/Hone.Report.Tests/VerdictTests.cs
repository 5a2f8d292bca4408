using System.Text.RegularExpressions;
using Hone.Records.RunFolders;
using Hone.Selection;

namespace Hone.Report.Tests;

/// <summary>The first screen where there is little to say of the pick, or something against it.</summary>
public sealed class VerdictTests
{
    [Fact]
    public void A_lone_checkpoint_is_not_called_clear()
    {
        using MadeRun run = MadeRun.Write();
        string first = FirstScreen(run.Source(), [MadeRun.Steps], MadeRun.Interval);
        Assert.Contains("<span class=\"tag plain\">only one</span>", first, StringComparison.Ordinal);
        Assert.Contains("There is no other checkpoint to compare it with.", first, StringComparison.Ordinal);
        Assert.DoesNotContain("clear", first, StringComparison.Ordinal);
        Assert.DoesNotContain("the highest of", first, StringComparison.Ordinal);
    }

    [Fact]
    public void The_only_checkpoint_with_a_score_is_not_called_clear()
    {
        using MadeRun run = MadeRun.Write();
        string first = FirstScreen(run.Source(), [MadeRun.Steps, MadeRun.Steps + 100], MadeRun.Interval);
        Assert.Contains("<span class=\"tag plain\">only one</span>", first, StringComparison.Ordinal);
        Assert.Contains("No other checkpoint has a score to compare it with.", first, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pick_whose_window_is_one_step_cannot_be_compared()
    {
        using MadeRun run = MadeRun.Write();
        string first = FirstScreen(run.Source(), [8, 16, 24], window: 1);
        Assert.Contains("<span class=\"tag plain\">not comparable</span>", first, StringComparison.Ordinal);
        Assert.Contains("The pick has no interval (its window has one step), so it cannot be compared.", first, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing tells", first, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pick_whose_folder_was_deleted_is_said_on_the_first_screen()
    {
        using MadeRun run = MadeRun.Write();
        ReportSource source = run.Source() with { PickDeleted = "The folder of the pick was deleted " + MadeRun.Hostile };
        Assert.Contains("The folder of the pick was deleted &lt;script&gt;", FirstScreen(source), StringComparison.Ordinal);
    }

    private static string FirstScreen(ReportSource source, int[] steps, int window)
    {
        RankingOptions options = source.Options with { WindowSteps = window };
        RankingResult ranking = CheckpointRanking.Rank([.. source.Rollouts], steps, options, seed: 1);
        return FirstScreen(source with
        {
            Options = options,
            Ranking = ranking,
            Checkpoints = [.. steps.Select(step => new Checkpoint(step, ""))],
            HeldOut = null,
        });
    }

    private static string FirstScreen(ReportSource source) => Regex.Match(
        ReportPage.Html(ReportData.Gather(source), null), "<section id=\"pick\".*?</section>", RegexOptions.Singleline).Value;
}
